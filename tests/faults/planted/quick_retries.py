"""No bug: the ten attempts of a delivery within 76 seconds instead of three days, so that a run sees all of them."""

from __future__ import annotations

from datetime import timedelta
from types import ModuleType

WAITS = (0, 1, 2, 3, 5, 8, 10, 12, 15, 20)


def _quicken(schedule: ModuleType) -> None:
    assert len(WAITS) == len(vars(schedule)["SCHEDULE"])
    vars(schedule)["SCHEDULE"] = tuple(timedelta(seconds=seconds) for seconds in WAITS)


PATCHES = {"moderation.webhooks.schedule": _quicken}
