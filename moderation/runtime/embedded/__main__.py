"""`python -m moderation.runtime.embedded FOLDER [postgres|redis]` keeps the folder's servers, or one of them, running
until SIGINT or SIGTERM.

Ends with exit code 1 as soon as one of its servers has died, so that its supervisor restarts it.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from . import CannotStart, running
from .places import places_of
from .postgres import Postgres
from .redis_server import Redis
from .server_process import is_alive, pid_in

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(folder: Path, *, postgres: bool, redis: bool) -> int:
    for number in STOP_SIGNALS:
        signal.signal(number, _end)
    try:
        with running(folder, postgres=postgres, redis=redis, say=_say) as where:
            _say(f"ready {where.database_url} {where.redis_url}")
            _watch(_pid_files(folder, postgres=postgres, redis=redis))
    except CannotStart as error:
        _say(str(error))
    return 1


def _pid_files(folder: Path, *, postgres: bool, redis: bool) -> list[Path]:
    where = places_of(folder)
    servers = ((postgres, Postgres(where, _say)), (redis, Redis(where, _say)))
    return [server.pid_file for wanted, server in servers if wanted]


def _watch(pid_files: list[Path]) -> None:
    """Return when a server's process has ended. A server that is slow to answer is busy and left alone."""
    pids = [pid_in(file) for file in pid_files]
    while all(pid is not None and is_alive(pid) for pid in pids):
        time.sleep(0.5)
    _say("a server has died")


def _end(*_: object) -> None:
    for repeated in STOP_SIGNALS:
        signal.signal(repeated, signal.SIG_IGN)  # a second Ctrl-C must not cut the stop short
    raise SystemExit(0)


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    folder, wanted = sys.argv[1:2], sys.argv[2:] or ["postgres", "redis"]
    if not folder or set(wanted) - {"postgres", "redis"}:
        sys.exit("usage: python -m moderation.runtime.embedded FOLDER [postgres|redis]")
    sys.exit(main(Path(folder[0]), postgres="postgres" in wanted, redis="redis" in wanted))
