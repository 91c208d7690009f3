"""A connection that the server has closed reaches nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db(transaction=True)


def asked() -> int:
    """The server's process behind a connection out of the pool, which goes back into it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.close()
    return int(pid)


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
