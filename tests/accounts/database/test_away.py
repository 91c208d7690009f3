"""The database goes away and comes back, behind a network of our own."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.database.base import DatabaseWrapper
from tests.networks.tcp_proxy import Mode, TcpProxy, database_proxy

BACK_SECONDS = 5.0
AWAY_SECONDS = 9.0  # psycopg's pool would try again after 1, 3, 7 and 15 seconds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def proxy() -> Iterator[TcpProxy]:
    with database_proxy() as running:
        yield running


@pytest.fixture
def settings_dict(proxy: TcpProxy) -> dict[str, Any]:
    return deepcopy(connection.settings_dict) | {"HOST": "127.0.0.1", "PORT": str(proxy.port)}


@pytest.fixture
def database(settings_dict: dict[str, Any]) -> Iterator[DatabaseWrapper]:
    wrapper = DatabaseWrapper(settings_dict, alias="proxied")
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def answers(database: DatabaseWrapper) -> bool:
    try:
        with database.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except OperationalError:
        return False
    finally:
        database.close()


@pytest.mark.parametrize("mode", [Mode.CLOSED, Mode.SILENT])
def test_the_pool_is_back_five_seconds_after_the_database(
    database: DatabaseWrapper, proxy: TcpProxy, mode: Mode
) -> None:
    assert answers(database)
    proxy.turn(Mode.CLOSED)  # what was open has ended
    proxy.turn(mode)
    until = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < until:
        assert not answers(database)
    began = time.monotonic()
    proxy.turn(Mode.WORKS)
    while not answers(database):
        assert time.monotonic() - began < BACK_SECONDS
    assert time.monotonic() - began < BACK_SECONDS


def test_a_server_that_says_nothing_is_given_up_soon(settings_dict: dict[str, Any], proxy: TcpProxy) -> None:
    """Without the pool: how long one attempt takes."""
    del settings_dict["OPTIONS"]["pool"]
    proxy.turn(Mode.SILENT)
    began = time.monotonic()
    ended = threading.Event()

    def ask() -> None:
        assert not answers(DatabaseWrapper(settings_dict, alias="alone"))
        ended.set()

    threading.Thread(target=ask, daemon=True).start()
    assert ended.wait(10), "libpq waits two minutes, if the environment says nothing else"
    assert time.monotonic() - began > 1


def test_the_kernel_is_told_how_soon_to_give_up(database: DatabaseWrapper) -> None:
    database.ensure_connection()
    told = database.connection.info.get_parameters()
    assert (told["keepalives_idle"], told["keepalives_interval"], told["keepalives_count"]) == ("4", "2", "3")
    assert told["tcp_user_timeout"] == "10000"


def test_a_connection_that_leads_to_a_standby_is_not_kept(database: DatabaseWrapper) -> None:
    name = connection.ops.quote_name(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        read_only = _process(database)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert _process(database) != read_only
    found = {_process(database) for _ in range(12)}
    assert read_only not in found
    assert len(found) < 12, "others are kept"


def _process(database: DatabaseWrapper) -> int:
    with database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (found,) = cursor.fetchone()
    database.close()
    return int(found)
