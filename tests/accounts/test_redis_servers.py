"""One Redis, or the master that its Sentinels name; with real servers that fail over."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from accounts.redis_servers import Sentinels, read_sentinels, redis_client
from tests.processes import free_port
from tests.waiting import wait_for

SERVER = shutil.which("redis-server")
TIMEOUTS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}


def test_sentinels_are_read_with_their_master() -> None:
    assert read_sentinels("sentinel://a:1,b,[::1]:3/bell/2") == Sentinels(
        (("a", 1), ("b", 26379), ("::1", 3)), "bell", 2
    )
    with_login = read_sentinels("sentinel://ann:p%40ss@a/bell")
    assert with_login
    assert (with_login.login, with_login.database) == ({"username": "ann", "password": "p@ss"}, 0)
    assert read_sentinels("sentinel://:secret@a/bell").login == {"password": "secret"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "url", ["redis://h/0", "sentinel://", "sentinel://h", "sentinel://h/", "sentinel://h:x/bell", "sentinel://h/bell/x"]
)
def test_nothing_else_is_taken_for_sentinels(url: str) -> None:
    assert read_sentinels(url) is None


@contextmanager
def running(folder: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    assert SERVER
    argv = [SERVER, *arguments, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    with (folder / f"{port}.log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(not SERVER, reason="no redis-server is installed that can be a Sentinel (docs/testing.md)")
def test_the_next_master_is_found_when_the_first_is_gone(tmp_path: Path) -> None:
    first, second, watching = free_port(), free_port(), free_port()
    asks = tmp_path / "sentinel.conf"
    asks.write_text(
        f"sentinel monitor bell 127.0.0.1 {first} 1\nsentinel down-after-milliseconds bell 500\n"
        "sentinel failover-timeout bell 2000\n"
    )
    with ExitStack() as stack:
        master = stack.enter_context(running(tmp_path, first, "--save", ""))
        stack.enter_context(running(tmp_path, second, "--save", "", "--replicaof", f"127.0.0.1 {first}"))
        stack.enter_context(running(tmp_path, watching, str(asks), "--sentinel"))
        url = f"sentinel://127.0.0.1:{watching}/bell/0"
        client = redis_client(url, **TIMEOUTS)
        wait_for(lambda: _takes_writes(client), what="the first master")
        with redis.Redis(port=watching) as sentinel:
            wait_for(lambda: sentinel.sentinel_master("bell")["num-slaves"] == 1, what="the replica to be known")
        with silent() as dead:
            beside = redis_client(f"sentinel://127.0.0.1:{dead},127.0.0.1:{watching}/bell/0", **TIMEOUTS)
            began = time.monotonic()
            assert _takes_writes(beside)
            assert time.monotonic() - began < 1.5, "a Sentinel whose host is gone is asked once"
            beside.close()
        master.kill()
        wait_for(lambda: _takes_writes(client), what="the second master")
        pool: Any = client.connection_pool
        assert pool.get_master_address() == ("127.0.0.1", second)
        client.close()


@contextmanager
def silent() -> Iterator[int]:
    """A port of loopback at which connections are taken and nothing is answered."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_sentinels_that_say_nothing_are_asked_once() -> None:
    with silent() as port:
        client = redis_client(f"sentinel://127.0.0.1:{port}/bell/0", **TIMEOUTS)
        began = time.monotonic()
        assert not _takes_writes(client)
        assert time.monotonic() - began < 1.5
        client.close()


def _takes_writes(client: redis.Redis) -> bool:
    try:
        return bool(client.set("a", "b"))
    except redis.RedisError:
        return False
