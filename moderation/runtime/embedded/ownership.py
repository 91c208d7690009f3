"""Decide which process owns a folder's server, by a lock on one file. The owner alone starts, adopts and stops it.

Other processes use the running server and get a connection error when the owner stops it. A lock ends with its
process, so an owner killed with SIGKILL leaves servers but no lock: the next process adopts them.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from .errors import FolderTaken
from .server_process import START_SECONDS, ServerProcess, pid_in


class Server(Protocol):
    @property
    def name(self) -> str: ...

    def answers(self) -> bool: ...
    def adopt(self) -> ServerProcess | None: ...
    def start(self) -> ServerProcess: ...
    def stop(self, process: ServerProcess) -> None: ...


@contextmanager
def owned_or_shared(server: Server, lock_file: Path, *, alone: bool) -> Iterator[None]:
    """Run the server while the body runs. `alone`: raise FolderTaken rather than share another process's server."""
    with lock_file.open("a+") as lock:
        if not _become_owner(lock, server, lock_file, alone=alone):
            yield
            return
        process = server.adopt() or server.start()
        owner = os.getpid()
        try:
            yield
        finally:
            if os.getpid() == owner:  # a fork of the owner gets here too, and must not stop the server
                server.stop(process)


def _become_owner(lock: IO[str], server: Server, lock_file: Path, *, alone: bool) -> bool:
    """True when we got the lock; False when another owner's server answers."""
    deadline = time.monotonic() + START_SECONDS
    while not _locked(lock):
        if alone or time.monotonic() > deadline:
            raise _taken(server, lock_file)
        if server.answers():
            return False
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return True


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(server: Server, lock_file: Path) -> FolderTaken:
    pid = pid_in(lock_file)
    holder = f"process {pid}" if pid else "another process"
    stop = f"Stop that one first (Ctrl-C where it runs, or: kill {pid})" if pid else "Stop that one first"
    return FolderTaken(
        f"{lock_file.parent} is in use: {holder} runs its {server.name}. {stop}, or use another folder"
        " (make demo: DEMO_DATA_DIR=…).",
        pid,
    )
