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
JITTER = 0.2
LONGEST = timedelta(hours=24)


def wait_after(attempts_made: int, *, retry_after: str | None, chance: Callable[[], float]) -> timedelta | None:
    """How long to wait after `attempts_made` failed attempts, or None to give up.

    `retry_after` is the receiver's header; whole seconds count, clamped to [schedule, 24 h], anything else does
    not. `chance` gives a number in [0, 1) and spreads the waits by ±20 %.
    """
    if attempts_made >= len(SCHEDULE):
        return None
    planned = SCHEDULE[attempts_made] * (1 + JITTER * (2 * chance() - 1))
    return min(max(planned, _asked(retry_after)), max(LONGEST, planned))


def _asked(retry_after: str | None) -> timedelta:
    text = (retry_after or "").strip()
    return timedelta(seconds=int(text)) if text.isascii() and text.isdigit() and len(text) <= 9 else timedelta()
