"""A connection that the server has closed reaches nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection

from accounts.database.base import DatabaseWrapper

pytestmark = pytest.mark.django_db(transaction=True)


def answered(wrapper: Any) -> int:
    """The server's process behind a connection out of the pool."""
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    return int(pid)


def asked() -> int:
    """The same; the connection goes back into the pool."""
    pid = answered(connection)
    connection.close()
    return pid


def ended(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert cursor.fetchone() == (True,)


def test_what_comes_out_of_the_pool_answers() -> None:
    connection.ensure_connection()  # ours: it is none of those that end
    with ThreadPoolExecutor(4) as threads:
        for pid in set(threads.map(lambda _: asked(), range(40))):
            ended(pid)
        assert len(list(threads.map(lambda _: asked(), range(8)))) == 8


def test_a_pool_of_which_nothing_is_left_fills_up_again() -> None:
    known = deepcopy(connection.settings_dict)
    known["OPTIONS"]["pool"] = {"min_size": 2, "max_size": 2, "timeout": 5}
    both = [DatabaseWrapper(known, alias="small") for _ in range(2)]
    try:
        gone = [answered(one) for one in both]
        for one in both:
            one.close()
        for pid in gone:
            ended(pid)
        assert len({answered(one) for one in both}) == 2
    finally:
        for one in both:
            one.close()
        both[0].close_pool()
