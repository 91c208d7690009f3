"""A batch sends what was put into it as one statement, and not before its block has ended well."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.database import write_batch
from accounts.database.write_batch import WriteBatch
from accounts.models import App, AuditEvent, User

_RENAME = "UPDATE accounts_user SET name = %s WHERE name = %s"


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create(email="ann@example.com", name="ann")


def names() -> list[str]:
    return list(User.objects.order_by("name").values_list("name", flat=True))


def app(app_id: str, **changes: Any) -> dict[str, Any]:
    return {"app_id": app_id, "name": "", "locations_count_in": "upright", "allows_ignore_tls": False} | changes


def apps() -> set[str]:
    return set(App.objects.values_list("app_id", flat=True))


def test_nothing_is_sent_before_the_block_ends(ann: User) -> None:
    with CaptureQueriesContext(connection) as sent, WriteBatch() as batch:
        batch.execute(_RENAME, "ben", "ann")
        batch.insert(App, [app("x")])
        audit.record_all(AuditAction.APP_REGISTERED, [(ann, {"app": "x"})], by=ann, batch=batch)
        assert len(sent) == 0
    assert names() == ["ben"]


def test_changes_and_rows_of_several_models_are_one_statement(ann: User) -> None:
    with CaptureQueriesContext(connection) as sent, WriteBatch() as batch:
        batch.execute(_RENAME, "ben", "ann")
        batch.insert_models([App(app_id="x", name="X"), App(app_id="y", name="Y")])
        batch.insert_models([App(app_id="z", name="Z")])
        audit.record_all(AuditAction.APP_REGISTERED, [(ann, {"app": "x"})], by=ann, batch=batch)
    assert len(sent) == 1
    assert (names(), apps()) == (["ben"], {"x", "y", "z"})
    assert AuditEvent.objects.get(action=AuditAction.APP_REGISTERED).details == {"app": "x"}


def test_rows_with_other_columns_are_another_part_of_it(db: None) -> None:
    with CaptureQueriesContext(connection) as sent, WriteBatch() as batch:
        batch.insert(App, [app("x")])
        batch.insert(App, [app("y", created_at="2020-01-01T00:00Z")])
    assert len(sent) == 1
    assert apps() == {"x", "y"}
    assert App.objects.get(app_id="x").created_at.year > App.objects.get(app_id="y").created_at.year == 2020


def test_after_an_exception_nothing_is_sent(ann: User) -> None:
    with CaptureQueriesContext(connection) as sent, pytest.raises(ZeroDivisionError):
        _rename_and_fail()
    assert (len(sent), names()) == (0, ["ann"])


def _rename_and_fail() -> None:
    with WriteBatch() as batch:
        batch.execute(_RENAME, "ben", "ann")
        batch.insert(App, [app("x")])
        raise ZeroDivisionError


def test_an_empty_batch_asks_nothing(db: None) -> None:
    with CaptureQueriesContext(connection) as sent, WriteBatch() as batch:
        batch.insert(App, [])
        batch.insert_models([])
    assert len(sent) == 0


def test_a_part_that_fails_takes_the_others_with_it(ann: User) -> None:
    App.objects.create(app_id="x", name="X")
    with pytest.raises(IntegrityError):
        _rename_and_insert_again()
    assert names() == ["ann"]


@transaction.atomic
def _rename_and_insert_again() -> None:
    with WriteBatch() as batch:
        batch.execute(_RENAME, "ben", "ann")
        batch.insert(App, [app("x")])


def test_what_is_added_outside_the_block_is_refused(ann: User) -> None:
    """Nothing would send it."""
    batch = WriteBatch()
    with pytest.raises(RuntimeError, match="not open"):
        batch.execute(_RENAME, "ben", "ann")
    with batch:
        pass
    with pytest.raises(RuntimeError, match="not open"):
        batch.insert(App, [app("x")])
    with pytest.raises(RuntimeError, match="not open"):
        batch.insert(App, [])


def test_other_writes_are_not_kept_back(ann: User) -> None:
    """Only what is put into the batch waits for its end."""
    with WriteBatch() as batch:
        batch.execute(_RENAME, "ben", "ann")
        audit.record(AuditAction.APP_REGISTERED, by=ann, on=ann)
        assert AuditEvent.objects.filter(action=AuditAction.APP_REGISTERED).exists()
        assert names() == ["ann"]


def test_new_rows_get_what_the_database_gives(db: None) -> None:
    ((key, name),) = write_batch.insert_models([App(app_id="x", name="X")], returning="id, name")
    assert (name, App.objects.get(pk=key).app_id) == ("X", "x")
    assert App.objects.get(pk=key).created_at is not None
    assert write_batch.insert_models([], returning="id") == []


def test_rows_that_are_there_can_be_left_alone(db: None) -> None:
    App.objects.create(app_id="x", name="X")
    rows = [app("x", name="other"), app("y")]
    made = write_batch.insert(App, rows, suffix="ON CONFLICT (app_id) DO NOTHING", returning="app_id")
    assert made == [("y",)]
    assert App.objects.get(app_id="x").name == "X"


def test_text_that_is_too_long_is_refused_and_not_cut(db: None) -> None:
    with pytest.raises(Exception, match="too long"), transaction.atomic():
        write_batch.insert(App, [app("x" * 65)])
