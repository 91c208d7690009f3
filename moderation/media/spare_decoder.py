"""A decoder process that is started before its picture comes: starting one takes longer than cutting most pictures.

A process that has asked for one keeps a spare. It has opened nothing and has no limits yet; it sets them when it is
told what to do, and only then opens the picture, as any decoder does. Unused it ends after a minute, or with its
parent.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Sequence
from typing import IO

Start = Callable[[int], subprocess.Popen[bytes]]
"""Starts a decoder that waits at the socket which is its standard input."""

_lock = threading.Lock()
_spare: tuple[int, subprocess.Popen[bytes], socket.socket] | None = None  # with the process that it is a child of


def take(picture: IO[bytes], arguments: Sequence[str]) -> subprocess.Popen[bytes] | None:
    """The spare one, at work on this picture; None when there is none."""
    spare = _taken()
    if spare is None:
        return None
    child, line = spare
    try:
        with line:
            socket.send_fds(line, [" ".join(arguments).encode()], [picture.fileno()])
    except OSError:  # it has ended
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
        return None
    return child


def refill(start: Start) -> None:
    """Have a spare one for the next picture. Nobody waits for it."""
    threading.Thread(target=_refill, args=(start,), name="spare-decoder", daemon=True).start()


def _refill(start: Start) -> None:
    global _spare
    with _lock:
        if _spare is not None and _spare[0] == os.getpid() and _spare[1].poll() is None:
            return
    ours, theirs = socket.socketpair()
    with theirs:
        child = start(theirs.fileno())
    with _lock:
        before, _spare = _spare, (os.getpid(), child, ours)
    _forget(before)


def end() -> None:
    """End the spare one, if there is any."""
    global _spare
    with _lock:
        before, _spare = _spare, None
    _forget(before)


def _taken() -> tuple[subprocess.Popen[bytes], socket.socket] | None:
    global _spare
    with _lock:
        if _spare is None or _spare[0] != os.getpid():
            return None
        (_, child, line), _spare = _spare, None
    return child, line


atexit.register(end)


def _forget(spare: tuple[int, subprocess.Popen[bytes], socket.socket] | None) -> None:
    """One of the parent of this process is left to it."""
    if spare is None:
        return
    owner, child, line = spare
    line.close()
    if owner == os.getpid():
        child.kill()
        child.wait()
        if child.stdout:
            child.stdout.close()
