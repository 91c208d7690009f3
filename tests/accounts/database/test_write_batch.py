"""Statements of our own that are sent together."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.database import write_batch
from accounts.models import App, User

_RENAME = "UPDATE accounts_user SET name = %s WHERE name = %s"


@pytest.fixture
def ann(db: None) -> User:
    return User.objects.create(email="ann@example.com", name="ann")


def names() -> list[str]:
    return list(User.objects.order_by("name").values_list("name", flat=True))


def test_new_rows_get_what_the_database_gives(db: None) -> None:
    ((key, name),) = write_batch.write([App(app_id="x", name="X")], returning="id, name")
    assert (name, App.objects.get(pk=key).app_id) == ("X", "x")
    assert write_batch.write([]) == []


def test_changes_and_new_rows_go_as_one_statement(ann: User) -> None:
    with CaptureQueriesContext(connection) as sent, write_batch.together():
        write_batch.change(_RENAME, "ben", "ann")
        write_batch.write([App(app_id="x", name="X")])
        write_batch.write([App(app_id="y", name="Y")])
        assert len(sent) == 0
    assert len(sent) == 1
    assert names() == ["ben"]
    assert {"x", "y"} <= set(App.objects.values_list("app_id", flat=True))


def test_a_change_alone_is_sent_at_once(ann: User) -> None:
    write_batch.change(_RENAME, "ben", "ann")
    assert names() == ["ben"]


def test_after_an_error_nothing_is_sent(ann: User) -> None:
    with pytest.raises(ZeroDivisionError):
        _rename_and_fail()
    write_batch.change(_RENAME, "cyd", "ann")
    assert names() == ["cyd"]


def _rename_and_fail() -> None:
    with write_batch.together():
        write_batch.change(_RENAME, "ben", "ann")
        raise ZeroDivisionError
