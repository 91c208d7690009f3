"""A real PgBouncer in transaction mode before the tests' own PostgreSQL, where one is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.networks.tcp_proxy import database_proxy, database_url
from tests.processes import free_port
from tests.waiting import wait_for

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
needs_pgbouncer = pytest.mark.skipif(not PROGRAM, reason="PgBouncer is not installed (docs/testing.md)")


@contextmanager
def pgbouncer(folder: Path) -> Iterator[int]:
    """The port of loopback at which it listens. It has two sessions, so that transactions soon meet another one."""
    port, user = free_port(), connection.settings_dict["USER"]
    with database_proxy() as proxy:
        config = folder / "pgbouncer.ini"
        config.write_text(
            f"[databases]\n* = host=127.0.0.1 port={proxy.port} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
            f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n"
            "default_pool_size = 2\nmin_pool_size = 2\nignore_startup_parameters = options\n"
        )
        process = _started(config)
        try:
            wait_for(lambda: _answers(database_url(port)), what="PgBouncer")
            yield port
        finally:
            process.terminate()
            process.wait()


def _started(config: Path) -> subprocess.Popen[bytes]:
    """It refuses to run as root."""
    assert PROGRAM
    with (config.parent / "pgbouncer.log").open("wb") as log:
        argv = [PROGRAM, "/dev/stdin"]
        user = _somebody_else() if os.geteuid() == 0 else None
        with config.open("rb") as told:
            return subprocess.Popen(argv, stdin=told, stdout=log, stderr=log, user=user)


def _somebody_else() -> int:
    return pwd.getpwnam("nobody").pw_uid


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        time.sleep(0.05)
        return False
    return True
