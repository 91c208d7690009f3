"""A pytest plugin (`-p tests.servers`): a real PostgreSQL and a real Redis for the run, before settings are read.

Its PostgreSQL waits for no disk: emptying 80 tables after each test that commits would take most of a second.

The pytest main process owns them; each xdist worker inherits their URLs and uses a database of its own
in both. Set DATABASE_URL and REDIS_URL to test against your own servers, KEPT to a folder for their files that the next
run finds again (`benchmarks/filled/kept.py`).
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from moderation.runtime import embedded

SETTINGS = {
    "SECRET_KEY": "only-for-tests-" + "0" * 40,
    "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DATABASE_POOL_SIZE": "40",
    "LOG_FORMAT": "text",
    "LOCATE_TEXT": "false",  # but where a test is about it: each picture takes the engine of this host a second
    "INSECURE_OK": "HTTPS",  # with a DATABASE_URL of your own: nobody else reads what is sent here
}

# The tests' own process serves no files: looking through all of them takes 70 ms in each test.
NOTHING_COLLECTED = "nothing-collected"


def _start() -> None:
    stack = ExitStack()
    folder = Path(os.environ["KEPT"]) if "KEPT" in os.environ else _own_folder(stack)
    measures = any("benchmarks" in word for word in sys.argv)  # there a commit costs what it costs elsewhere
    own = {name for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    found = stack.enter_context(
        embedded.running(folder, postgres="DATABASE_URL" not in own, redis="REDIS_URL" not in own, durable=measures)
    )
    atexit.register(stack.close)
    os.environ.setdefault("DATABASE_URL", found.database_url)
    os.environ.setdefault("REDIS_URL", found.redis_url)
    os.environ.update(SETTINGS, DATA_DIR=str(folder))
    for name in ("static", NOTHING_COLLECTED):
        (folder / name).mkdir(exist_ok=True)


def _own_folder(stack: ExitStack) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="second-look-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return folder


def copy_migrated(connection: Any, *, folder: Path) -> None:
    """Let the test database of this process be a copy of one that is migrated: migrating takes eight seconds. Whoever
    comes first makes it, the others wait. Not on a server of your own, where it would be left behind.
    """
    if not Path(connection.settings_dict["HOST"]).is_relative_to(folder):
        return
    name = f"{connection.settings_dict['NAME']}_migrated"
    with (folder / "migrated.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not _exists(connection, name):
            _migrate(connection, name)
    connection.settings_dict["TEST"]["TEMPLATE"] = name


def _exists(connection: Any, name: str) -> bool:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def _migrate(connection: Any, name: str) -> None:
    with _test_database_named(connection, name):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
        connection.close_pool()  # nothing may be connected to what is copied


@contextmanager
def _test_database_named(connection: Any, name: str) -> Iterator[None]:
    settings = connection.settings_dict
    usual, own = settings["NAME"], settings["TEST"]["NAME"]
    settings["TEST"]["NAME"] = name
    try:
        yield
    finally:
        settings["NAME"], settings["TEST"]["NAME"] = usual, own


def numbered(redis_url: str, number: int) -> str:
    """The same Redis, the database of that number: Redis keeps sixteen of them apart."""
    if redis_url.startswith("unix:"):
        return f"{redis_url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{number}"))


if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], int(worker.removeprefix("gw")))
else:
    _start()
