"""Empty databases to restore into, and commands of ours that run on them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from moderation.backup.postgres_programs import parameters
from tests.processes import ROOT, environment_of


@contextmanager
def empty_database(name: str = "restored") -> Iterator[str]:
    """Its URL."""
    full = f"{connection.settings_dict['NAME']}_{name}"
    _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", full)
    _do("CREATE DATABASE {} TEMPLATE template0", full)
    url = urlsplit(environment_of()["DATABASE_URL"])
    try:
        yield urlunsplit(url._replace(path=f"/{full}"))
    finally:
        _do("DROP DATABASE IF EXISTS {} WITH (FORCE)", full)


def _do(statement: str, name: str) -> None:
    with psycopg.connect(**{**parameters(), "dbname": "postgres"}, autocommit=True) as opened:
        opened.execute(sql.SQL(statement).format(sql.Identifier(name)))


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` on the test's database, or on that of DATABASE_URL in `environment`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment_of(**environment),
        capture_output=True,
        text=True,
        check=False,
    )
