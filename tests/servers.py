"""A pytest plugin (`-p tests.servers`): a real PostgreSQL and a real Redis for the run, before settings are read.

Its PostgreSQL waits for no disk: emptying 80 tables after each test that commits would take most of a second.

The pytest main process owns them; each xdist worker inherits their URLs and uses a database of its own
in both. Set DATABASE_URL and REDIS_URL to test against your own servers.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from moderation.runtime import embedded

SETTINGS = {
    "SECRET_KEY": "only-for-tests-" + "0" * 40,
    "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DATABASE_POOL_SIZE": "40",
    "LOG_FORMAT": "text",
    "INSECURE_OK": "HTTPS",  # with a DATABASE_URL of your own: nobody else reads what is sent here
}

# The tests' own process serves no files: looking through all of them takes 70 ms in each test.
NOTHING_COLLECTED = "nothing-collected"


def _start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="second-look-tests-"))
    stack = ExitStack()
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
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
        (folder / name).mkdir()


def numbered(redis_url: str, number: int) -> str:
    """The same Redis, the database of that number: Redis keeps sixteen of them apart."""
    if redis_url.startswith("unix:"):
        return f"{redis_url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{number}"))


if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["REDIS_URL"] = numbered(os.environ["REDIS_URL"], int(worker.removeprefix("gw")))
else:
    _start()
