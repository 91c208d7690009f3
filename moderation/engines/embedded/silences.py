"""Find out that the engine's process stands still.

A call that hears nothing in its own short time proves nothing: the process may be at a picture of somebody else's. Only
when nobody here has heard of it for longer than any picture may take, its alarm has not worked, and it is killed.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass

from moderation.engines.embedded import host, wire

STANDS_STILL_SECONDS = wire.MOST_SECONDS + 5


@dataclass(slots=True)
class Silence:
    """For how long calls have waited for a sign in vain, and until when."""

    seconds: float = 0.0
    until: float = 0.0


_lock = threading.Lock()
_silences: dict[int, Silence] = {}


def heard(line: socket.socket) -> None:
    with _lock:
        _silences.pop(host.peer(line), None)


def unheard(line: socket.socket, *, since: float) -> None:
    """A call waited from `since`, on the monotonic clock, until now."""
    pid, now = host.peer(line), time.monotonic()
    with _lock:
        silence = _silences.setdefault(pid, Silence())
        silence.seconds += now - max(since, silence.until)
        silence.until = now
        stands_still = silence.seconds > STANDS_STILL_SECONDS
        if stands_still:
            del _silences[pid]
    if stands_still:
        host.end(line)
