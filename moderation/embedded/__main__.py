"""`python -m moderation.embedded FOLDER` keeps the folder's servers running until SIGINT or SIGTERM.

Ends with exit code 1 as soon as one of the servers has died, so that whoever supervises it starts both again.
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


def main(folder: Path) -> int:
    for number in STOP_SIGNALS:
        signal.signal(number, _end)
    try:
        with running(folder, say=_say) as where:
            _say(f"ready {where.database_url} {where.redis_url}")
            _watch(folder)
    except CannotStart as error:
        _say(str(error))
    return 1


def _watch(folder: Path) -> None:
    """Return when a server's process has gone. Not when it is slow to answer: a busy one must be left in peace."""
    where = places_of(folder)
    pid_files = (Postgres(where, _say).pid_file, Redis(where, _say).pid_file)
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
    if len(sys.argv) != 2:
        sys.exit("usage: python -m moderation.embedded FOLDER")
    sys.exit(main(Path(sys.argv[1])))
