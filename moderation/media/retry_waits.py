"""How long to wait before a picture is fetched again after a passing failure. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 20, 40, 60, 60, 60, 60))
"""Before the second try, the third, …: over five hours. After that a person has to start it."""
JITTER = 0.1
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(hours=1)


def wait_after(failures: int, *, asked: timedelta, chance: Callable[[], float]) -> timedelta | None:
    """The wait after this many failures in a row (≥ 1); None when there is no automatic retry.

    `asked` is the host's `Retry-After`, zero when there is none, honoured between 10 s and an hour. `chance` gives a
    number in [0, 1) and spreads the other waits by ±10 %.
    """
    if failures > len(WAITS):
        return None
    if asked:
        return min(max(asked, SHORTEST), LONGEST)
    return WAITS[failures - 1] * (1 + JITTER * (2 * chance() - 1))
