"""The process that decodes this process's pictures: started when the first one comes, shared by all threads.

It forks a child for each picture (`decoder/serve.py`). It ends with this process, or when it was not asked for a
while, and is replaced when it is needed again.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

READY = b"ready\n"
"""What the server writes once it can fork, and a child before it reads its picture."""
REQUEST_BYTES = 64
START_SECONDS = 15.0
SEND_SECONDS = 5.0
PIPE_BYTES = 1024 * 1024  # so that a child need not wait for us to read

_COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("decoder") / "serve.py"))
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    # Without these, glibc keeps freed picture memory and reserves an arena for each thread.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",  # each page that a picture touches for the first time costs 2.5 µs
}
_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGABRT, signal.SIGFPE, signal.SIGTRAP})


class DecoderDidNotStart(RuntimeError):
    """The decoder failed before it saw the picture: the installation is broken, not the picture."""


class ServerLost(Exception):
    """The server has gone, or says nothing. That may be any picture's doing."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child has ended: its status, negative for a signal, and what it took."""

    status: int
    peak_kib: int
    cpu_seconds: float


@dataclass(eq=False, slots=True)
class Server:
    process: subprocess.Popen[bytes]
    requests: socket.socket
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def may_be_asked(self) -> bool:
        return self.requests.fileno() >= 0 and self.process.poll() is None

    def begin(self, picture: int, arguments: Sequence[str]) -> tuple[int, socket.socket]:
        """Have a child work on the file `picture`: the pipe of its reply, and the line that keeps it alive.

        Raises ServerLost.
        """
        pipe, reply = _pipe()
        ours, theirs = socket.socketpair()
        message = " ".join(arguments).encode().ljust(REQUEST_BYTES)
        try:
            with self._lock, theirs:
                socket.send_fds(self.requests, [message], [picture, reply, theirs.fileno()])
        except OSError as error:
            os.close(pipe)
            ours.close()
            if self.requests.fileno() >= 0:  # not retired meanwhile
                self.end()
            raise ServerLost from error
        finally:
            os.close(reply)
        return pipe, ours

    def note(self, ended: Ended) -> None:
        """All children have their memory at the same addresses. A crash may tell them, so no other child keeps them."""
        if -ended.status in _CRASHES:
            self.retire()

    def retire(self) -> None:
        """No more pictures: it ends when its children have."""
        with self._lock:
            self.requests.close()

    def end(self) -> None:
        """At once, with its children."""
        self.retire()
        self.process.kill()
        self.process.wait()


_lock = threading.Lock()
_shared: Server | None = None
_retired: list[Server] = []


def shared() -> Server:
    """The one of this process. Raises DecoderDidNotStart."""
    global _shared
    with _lock:
        if _shared is None or not _shared.may_be_asked:
            _retire_shared()
            _shared = start()
        return _shared


def start() -> Server:
    """Raises DecoderDidNotStart."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            _COMMAND,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    server = Server(process, ours)
    if not _is_ready(ours):
        server.end()
        raise DecoderDidNotStart(
            f"the picture decoder ended before it was ready (status {process.returncode}); see stderr"
        )
    ours.settimeout(SEND_SECONDS)
    return server


def end() -> None:
    """End all of them."""
    global _shared
    with _lock:
        _retire_shared()
        _shared = None
        for server in _retired:
            server.end()


def _retire_shared() -> None:
    if _shared is not None:
        _shared.retire()
        _retired.append(_shared)
    _retired[:] = [server for server in _retired if server.process.poll() is None]


def _is_ready(requests: socket.socket) -> bool:
    requests.settimeout(START_SECONDS)
    try:
        return requests.recv(len(READY)) == READY
    except OSError:
        return False


def _pipe() -> tuple[int, int]:
    read_end, write_end = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # the system may allow no more
            fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return read_end, write_end


def _leave_to_parent() -> None:
    """In a process that was forked: the servers are its parent's, and end with that."""
    global _shared, _lock
    _lock = threading.Lock()
    for server in (_shared, *_retired):
        if server is not None:
            server.requests.close()
            server.process.returncode = 0  # nothing to wait for here
    _shared = None
    _retired.clear()


os.register_at_fork(after_in_child=_leave_to_parent)
atexit.register(end)
