"""A real PostgreSQL and a real Redis in a folder, for when DATABASE_URL and REDIS_URL are not set.

No Django here: settings call `addresses`; the process that keeps the servers alive enters `running`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from .errors import CannotStart, FolderTaken
from .places import DATABASE, POSTGRES_PORT, SUPERUSER, Places, places_of

__all__ = ["Addresses", "CannotStart", "FolderTaken", "addresses", "running"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addresses:
    """`database_url` as libpq and dj-database-url read it, `redis_url` as redis-py does."""

    database_url: str
    redis_url: str


def addresses(folder: Path) -> Addresses:
    """The addresses of this folder's servers once they run. Starts nothing and writes nothing."""
    where = places_of(folder)
    # The port is named so that a PGPORT in the client's environment does not win.
    host = quote(str(where.sockets), safe="")
    return Addresses(
        database_url=f"postgresql://{SUPERUSER}@{host}:{POSTGRES_PORT}/{DATABASE}",
        redis_url=f"unix://{where.redis_socket}?db=0",
    )


@contextmanager
def running(
    folder: Path,
    *,
    postgres: bool = True,
    redis: bool = True,
    alone: bool = False,
    durable: bool = True,
    say: Callable[[str], None] = log.info,
) -> Iterator[Addresses]:
    """Run the folder's servers while the body runs; `folder` is created if needed.

    Servers without an owner are started, or adopted from an owner that was killed, and stopped on leaving. Servers
    that another process owns are used and left running; if that process ends first, their connections break. `alone`
    refuses to share: FolderTaken then names the other process. Without `durable`, PostgreSQL waits for no disk: for
    data that may be lost with the machine's power. `say` is called with a sentence before each step that
    takes long. Raises CannotStart when a server does not start.
    """
    # Imported here: settings import this package in every process, for the addresses alone.
    from .ownership import owned_or_shared
    from .postgres import Postgres
    from .redis_server import Redis

    where = places_of(folder)
    with ExitStack() as stack:
        try:
            where.folder.mkdir(parents=True, exist_ok=True)
            for wanted, server in ((postgres, Postgres(where, say, durable)), (redis, Redis(where, say))):
                if wanted:
                    lock_file = where.folder / f"{server.name.lower()}.lock"
                    stack.enter_context(owned_or_shared(server, lock_file, alone=alone))
        except OSError as refused:
            raise _refused(where, refused) from refused
        yield addresses(folder)


def _refused(where: Places, refused: OSError) -> CannotStart:
    return CannotStart(
        f"{refused.filename or where.folder}: {refused.strerror}. The databases cannot be kept in {where.folder}:"
        " free it, start as the user it belongs to, or use another folder (make demo: DEMO_DATA_DIR=…)."
    )
