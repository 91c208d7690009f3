"""Behind PgBouncer in transaction mode, which gives each transaction another session."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.database.base import DatabaseWrapper
from moderation.runtime.database_options import Wanted, database_settings
from tests.networks.pgbouncer import needs_pgbouncer, pgbouncer

pytestmark = [pytest.mark.django_db(transaction=True), needs_pgbouncer]


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    tmp_path.chmod(0o755)
    with pgbouncer(tmp_path) as found:
        yield found


def settings_of(port: int, **wanted: Any) -> dict[str, Any]:
    known = deepcopy(connection.settings_dict)
    known |= {"HOST": "127.0.0.1", "PORT": str(port), "OPTIONS": {}}
    return database_settings(known, Wanted(pool_size=4, **wanted))


@pytest.fixture
def untold(port: int) -> Iterator[DatabaseWrapper]:
    yield from _closed(DatabaseWrapper(settings_of(port), alias="untold"))


@pytest.fixture
def told(port: int) -> Iterator[DatabaseWrapper]:
    yield from _closed(DatabaseWrapper(settings_of(port, pooler=True), alias="told"))


def _closed(wrapper: DatabaseWrapper) -> Iterator[DatabaseWrapper]:
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def test_nothing_is_prepared_behind_a_pooler_that_nobody_told_us_of(untold: DatabaseWrapper) -> None:
    untold.ensure_connection()
    assert untold.connection.prepare_threshold is None


def test_statements_are_prepared_where_none_is(db: None) -> None:
    connection.ensure_connection()
    assert connection.connection.prepare_threshold == 5


def test_who_knows_the_pooler_decides(port: int) -> None:
    for wanted, threshold in (({}, None), ({"prepare_after": 7}, 7), ({"prepare_after": 0}, None)):
        options = settings_of(port, pooler=True, **wanted)["OPTIONS"]
        assert (options["prepare_threshold"], "options" in options) == (threshold, False)
    assert settings_of(port, pooler=True, session_options="-c x=1")["OPTIONS"]["options"] == "-c x=1"


def test_many_statements_in_changing_sessions_find_their_own(told: DatabaseWrapper) -> None:
    assert told.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]
    for number in range(60):
        with told.cursor() as cursor:
            cursor.execute("SELECT %s::int", [number])
            assert cursor.fetchone() == (number,)
        if number % 7 == 0:
            told.close()


def test_a_migration_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    with pytest.raises(CommandError, match="DATABASE_POOLER=false"):
        call_command("migrate", verbosity=0)
