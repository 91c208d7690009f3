"""A pytest plugin (`-p tests.servers`): a real PostgreSQL and a real Redis for the run, before settings are read.

The process that the run started with owns them; each xdist worker inherits their addresses and makes a database of
its own. Set DATABASE_URL and REDIS_URL to test against servers of your own.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from moderation.runtime import embedded

SETTINGS = {
    "SECRET_KEY": "only-for-tests-" + "0" * 40,
    "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
    "DATABASE_POOL_SIZE": "40",
    "LOG_FORMAT": "text",
    "INSECURE_OK": "HTTPS",  # with a DATABASE_URL of your own: nobody else reads what is sent here
}


def _start() -> None:
    folder = Path(tempfile.mkdtemp(prefix="second-look-tests-"))
    stack = ExitStack()
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    own = {name for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    found = stack.enter_context(
        embedded.running(folder, postgres="DATABASE_URL" not in own, redis="REDIS_URL" not in own)
    )
    atexit.register(stack.close)
    os.environ.setdefault("DATABASE_URL", found.database_url)
    os.environ.setdefault("REDIS_URL", found.redis_url)
    os.environ.update(SETTINGS, DATA_DIR=str(folder))
    (folder / "static").mkdir()


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
