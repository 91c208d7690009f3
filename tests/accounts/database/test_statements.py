"""Rows of statements of ours are read into models as the ORM reads them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.database.statements import Columns, Statement, read_sql
from accounts.models import AccessKey, App, AuditEvent, User

_NAMED = Statement("SELECT {person}, 'here' FROM accounts_user person WHERE person.name = %(name)s", person=User)
_SOME = Statement("SELECT name FROM accounts_user WHERE id IN ({ids}) AND is_active = %(active)s ORDER BY name DESC")
_KEYS = """
SELECT {key}, {app}, {person}
  FROM accounts_accesskey key
  LEFT JOIN accounts_app app ON app.id = key.app_id
  LEFT JOIN accounts_user person ON person.id = key.created_by_id
 ORDER BY key.name
"""


@pytest.fixture
def switching_often() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.fixture
def people(db: None) -> list[User]:
    return [User.objects.create(email=f"{name}@example.com", name=name) for name in ("ann", "ben", "cyd")]


def key(name: str, **facts: object) -> AccessKey:
    return AccessKey.objects.create(name=name, scopes=["read", "ingest"], key_sha256=name * 64, hint="k", **facts)


def test_each_call_has_its_own_values(people: list[User]) -> None:
    assert [_NAMED.rows(name=one.name) for one in people] == [[(one, "here")] for one in people]
    assert _NAMED.rows(name="nobody") == []
    assert _NAMED.first(name="nobody") is None


def test_an_instance_is_the_one_that_the_orm_reads(people: list[User]) -> None:
    (found, _), stored = _NAMED.rows(name="ben")[0], User.objects.get(name="ben")
    fields = [field.attname for field in User._meta.concrete_fields]
    assert [getattr(found, name) for name in fields] == [getattr(stored, name) for name in fields]
    assert found.created_at.tzinfo is not None
    found.name = "bea"
    found.save()  # an UPDATE: it knows that it is stored
    assert User.objects.filter(name="bea").count() == 1


def test_json_is_read_as_the_orm_reads_it(people: list[User]) -> None:
    told = {"n": 1, "names": ["ann", "贝"], "none": None}
    AuditEvent.objects.create(action="told", on_type="user", on_id="1", by_name="t", details=told)
    statement = Statement("SELECT {event} FROM accounts_auditevent event WHERE action = 'told'", event=AuditEvent)
    ((event,),) = statement.rows()
    assert event.details == told


def test_several_models_of_one_row(people: list[User]) -> None:
    app = App.objects.create(app_id="web", name="Web")
    keys = [key("a", app=app, created_by=people[1]), key("b")]
    statement = Statement(_KEYS, app=App, person=User, key=AccessKey)  # the order is that of the text
    with CaptureQueriesContext(connection) as asked:
        found = statement.rows()
        assert found[0][0].scopes == ["read", "ingest"]
    assert found == [(keys[0], app, people[1]), (keys[1], None, None)]
    assert len(asked) == 1


def test_columns_that_were_left_out_are_read_when_asked_for(people: list[User]) -> None:
    stored = key("a")
    statement = Statement(
        "SELECT {key} FROM accounts_accesskey key", key=Columns(AccessKey, without=["created_at", "hint"])
    )
    ((found,),) = statement.rows()
    with CaptureQueriesContext(connection) as asked:
        assert found.name == "a"
        assert (found.hint, found.created_at) == ("k", stored.created_at)
    assert len(asked) == 2


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_list_has_one_placeholder_for_each_value(people: list[User], count: int) -> None:
    asked_for = people[:count]
    found = _SOME.rows(ids=[one.pk for one in asked_for], active=True)
    assert found == [(one.name,) for one in reversed(asked_for)]
    with CaptureQueriesContext(connection) as asked:
        _SOME.rows(ids=[one.pk for one in asked_for], active=True)
    assert "ANY" not in asked[0]["sql"]


def test_nothing_is_asked_about_an_empty_list(people: list[User]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert _SOME.rows(ids=[], active=True) == []
    assert len(asked) == 0


def test_values_and_models_that_do_not_fit_the_text_are_refused(people: list[User]) -> None:
    with pytest.raises(KeyError, match="ids"):
        _SOME.rows(active=True)
    with pytest.raises(Exception, match="name"):
        _NAMED.rows(nmae="ann")
    with pytest.raises(ValueError, match="does not select app"):
        Statement("SELECT {person} FROM accounts_user person", person=User, app=App)


def test_a_file_is_read_without_its_comments_and_with_its_fragments(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "some.sql").write_text("-- why: 100 %\nSELECT {columns}\n  -- and\n  FROM t WHERE {free}\n")
    module = str(tmp_path / "module.py")
    assert read_sql(module, "some", free="a IS NULL\n") == "SELECT {columns}\n  FROM t WHERE a IS NULL"
    with pytest.raises(ValueError, match=r"no place for \{fre\}"):
        read_sql(module, "some", fre="a IS NULL")


@pytest.mark.django_db(transaction=True)
def test_each_thread_asks_by_its_own_connection() -> None:
    """One that has not committed sees what it wrote, and the other does not."""
    User.objects.create(email="ann@example.com", name="ann")
    with transaction.atomic():
        User.objects.update(name="ben")
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(_elsewhere).result() == 0
        assert len(_NAMED.rows(name="ben")) == 1


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_mix_their_values(switching_often: None) -> None:
    names = ["ann", "ben", "cyd", "dee"]
    for name in names:
        User.objects.create(email=f"{name}@example.com", name=name)
    with ThreadPoolExecutor(len(names)) as threads:
        assert set().union(*threads.map(_many_times, names)) == {(name, name) for name in names}


def _many_times(name: str) -> set[tuple[str, str]]:
    try:
        return {(name, one.name) for _ in range(100) for one, _ in _NAMED.rows(name=name)}
    finally:
        connection.close()


def _elsewhere() -> int:
    try:
        return len(_NAMED.rows(name="ben"))
    finally:
        connection.close()
