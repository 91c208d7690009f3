"""When a call is sent again, and after how long."""

from __future__ import annotations

import random
from dataclasses import dataclass

from second_look.errors import ApiError, RateLimited, SecondLookError, Unavailable, Unreachable

WROTE_NOTHING = 503  # Second Look's own: "nothing was written"


@dataclass(frozen=True)
class Retries:
    """`most` times again, after `first_seconds`, twice that, and so on, each between half and all of it, so that many
    callers do not come back at once. `Retry-After` counts instead; one longer than `longest_seconds` is raised.
    """

    most: int = 4
    first_seconds: float = 0.5
    longest_seconds: float = 30.0

    def wait(self, failure: SecondLookError, *, made: int, may_repeat: bool) -> float | None:
        """Seconds until the next attempt after so many; None where there is none."""
        if made > self.most or not helps(failure, may_repeat=may_repeat):
            return None
        asked = failure.retry_after if isinstance(failure, ApiError) else None
        if asked is not None:
            return asked if asked <= self.longest_seconds else None
        full = min(self.first_seconds * 2.0 ** (made - 1), self.longest_seconds)
        return full * random.uniform(0.5, 1)  # noqa: S311 - spreads callers, no secret


def helps(failure: SecondLookError, *, may_repeat: bool) -> bool:
    """Whether to send it again. What must not happen twice is only sent again where it cannot have happened."""
    match failure:
        case Unreachable():
            return may_repeat or not failure.was_sent
        case RateLimited():
            return True
        case Unavailable():
            return may_repeat or failure.status == WROTE_NOTHING
    return False
