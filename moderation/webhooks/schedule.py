"""When the next attempt is due: the Standard Webhooks schedule. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

SCHEDULE = (
    timedelta(),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
OF_CALLBACKS = tuple(timedelta(seconds=seconds) for seconds in range(9))
"""At once, then after 1, 2, … 8 s, as the detection service calls back; there is no Retry-After."""
JITTER = 0.2
LONGEST = timedelta(hours=24)


def wait_after(attempts_made: int, *, asked: timedelta, chance: Callable[[], float]) -> timedelta | None:
    """How long to wait after `attempts_made` failed attempts, or None to give up.

    `asked` is the receiver's Retry-After, clamped to [schedule, 24 h]. `chance` returns a number in [0, 1) and spreads
    the waits of the schedule by ±20 %.
    """
    if attempts_made >= len(SCHEDULE):
        return None
    planned = SCHEDULE[attempts_made] * (1 + JITTER * (2 * chance() - 1))
    return min(max(planned, asked), max(LONGEST, planned))


def wait_of_callback(attempts_made: int) -> timedelta | None:
    """The same for a gateway's callback: exactly the waits that the contract names."""
    return OF_CALLBACKS[attempts_made] if attempts_made < len(OF_CALLBACKS) else None
