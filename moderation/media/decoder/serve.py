"""The decoder's server, a process of one thread: it has the decoders imported and forks a child for each picture.

Its standard input is a socket of the process that started it, its owner. A request is one message of REQUEST_BYTES:
seconds and arguments, with three descriptors: the picture, where the reply goes, and a line. When the child has ended,
`STATUS PEAK_KIB CPU_SECONDS` is sent on the line. When the owner closes or half-closes the line before, the child is
killed, with all that it has started. The server itself opens no picture. It ends when its owner has gone or wants no
more of it, once the children have ended, and when nothing was asked for a while.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType
from typing import NoReturn

# Importing the project package would start the application. This empty module replaces it, with the same path.
_package = ModuleType("moderation")
_package.__path__ = [__file__.rpartition("/media/")[0]]
sys.modules["moderation"] = _package

from moderation.media.decoder.child import work  # noqa: E402 - reachable only now
from moderation.media.decoder.opener import opener  # noqa: E402

READY = b"ready\n"
REQUEST_BYTES = 64
IDLE_SECONDS = 300.0
LOOKS_UP_SECONDS = 5.0  # for its owner
FILES = 1024
LATE_SECONDS = 1.0  # the owner ends a late child; where nobody does, the kernel's alarm
PRELOADED = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
"""The others are rare, and their libraries large: a child loads them when it has such a picture."""
_PR_SET_PDEATHSIG = 1


class Server:
    def __init__(self, requests: socket.socket) -> None:
        self._requests: socket.socket | None = requests
        self._owner = os.getppid()
        self._lines: dict[int, socket.socket] = {}  # by the process that is at work for it
        self._selector = selectors.DefaultSelector()
        self._selector.register(requests, selectors.EVENT_READ)
        self._selector.register(_wakened_by(signal.SIGCHLD), selectors.EVENT_READ)

    def serve(self) -> None:
        asked = time.monotonic()
        while self._requests or self._lines:
            ready = [key.fileobj for key, _ in self._selector.select(LOOKS_UP_SECONDS)]
            for line in ready:
                self._read(line)
            self._reap()
            now = time.monotonic()
            asked = now if ready else asked
            if os.getppid() != self._owner or now - asked > IDLE_SECONDS:
                self._want_no_more()

    def _read(self, ready: object) -> None:
        if self._requests and ready is self._requests:
            self._take(self._requests)
        elif pid := next((pid for pid, line in self._lines.items() if line is ready), 0):
            self._selector.unregister(self._lines[pid])
            _kill(pid)
        else:
            with suppress(BlockingIOError):
                ready.recv(4096)  # type: ignore[attr-defined]  # the socket that signals are written to

    def _take(self, requests: socket.socket) -> None:
        message, files, _, _ = socket.recv_fds(requests, REQUEST_BYTES, 3)
        if len(message) < REQUEST_BYTES:
            self._want_no_more()
        elif len(files) == 3:
            picture, reply, line = files
            self._fork(message.decode().split(), picture, reply, socket.socket(fileno=line))
            files = [picture, reply]
        for file in files:
            os.close(file)

    def _fork(self, arguments: Sequence[str], picture: int, reply: int, line: socket.socket) -> None:
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            line.close()  # its owner tries another server, and says then what is wrong
            return
        if not pid:
            _work(arguments, picture, reply, server=server)
        self._lines[pid] = line
        self._selector.register(line, selectors.EVENT_READ)

    def _reap(self) -> None:
        while self._lines:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            _kill_all_of(pid)  # those that it left behind
            seconds = usage.ru_utime + usage.ru_stime
            code = os.waitstatus_to_exitcode(status)
            with self._lines.pop(pid) as line, suppress(OSError):
                with suppress(KeyError):
                    self._selector.unregister(line)
                line.sendall(f"{code} {usage.ru_maxrss} {seconds:.3f}\n".encode())

    def _want_no_more(self) -> None:
        if self._requests:
            self._selector.unregister(self._requests)
            self._requests.close()
            self._requests = None


def _work(arguments: Sequence[str], picture: int, reply: int, *, server: int) -> NoReturn:
    """In the child, which never returns: it keeps the picture, the pipe of its reply, and where errors are printed."""
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(picture, 0)
        os.dup2(reply, 1)
        os.closerange(3, FILES)
        _end_with(server)
        seconds, *rest = arguments
        signal.setitimer(signal.ITIMER_REAL, float(seconds) + LATE_SECONDS)
        work(rest)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _end_with(server: int) -> None:
    if _libc:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != server:
            os._exit(1)


def _kill(pid: int) -> None:
    """A child that has not been waited for, and what it has started. In its first moment it leads no session yet."""
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    _kill_all_of(pid)


def _kill_all_of(leader: int) -> None:
    with suppress(OSError):
        os.killpg(leader, signal.SIGKILL)


def _wakened_by(number: signal.Signals) -> socket.socket:
    """A socket that can be read when that signal has come."""
    told, tells = socket.socketpair()
    for end in (told, tells):
        end.setblocking(False)
    signal.set_wakeup_fd(tells.detach(), warn_on_full_buffer=False)
    signal.signal(number, lambda *_: None)
    return told


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def main() -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard))
    for picture_format in PRELOADED:
        opener(picture_format)
    requests = socket.socket(fileno=os.dup(0))
    gc.freeze()  # the collector does not write to pages that the children share
    requests.sendall(READY)
    Server(requests).serve()


if __name__ == "__main__":
    main()
