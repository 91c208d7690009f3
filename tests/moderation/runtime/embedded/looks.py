"""Looking into the running servers from outside: rows, keys, processes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg
import redis

from moderation.runtime.embedded.places import places_of
from moderation.runtime.embedded.server_process import is_alive, pid_in
from tests.waiting import wait_for


def note(database_url: str, text: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(database_url: str) -> list[str]:
    with psycopg.connect(database_url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note ORDER BY text")]


def setting(database_url: str, name: str) -> str:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert row
    return str(row[0])


def redis_set(redis_url: str, key: str, value: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set(key, value)


def redis_get(redis_url: str, key: str) -> str | None:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        value = client.get(key)
    assert value is None or isinstance(value, str)
    return value


def postgres_pid(folder: Path) -> int:
    pid = pid_in(places_of(folder).postgres_data / "postmaster.pid")
    assert pid
    return pid


def redis_pid(folder: Path) -> int:
    pid = pid_in(places_of(folder).redis_data / "redis.pid")
    assert pid
    return pid


def kill(pid: int) -> None:
    """SIGKILL, and wait for the end."""
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(pid))
