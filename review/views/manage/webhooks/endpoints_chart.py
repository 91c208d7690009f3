"""Where the bars of a day of attempts stand, in the units of the drawing's viewBox. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moderation.webhooks.health import HalfHour

STEP, BAR = 9, 7
HEIGHT = 48
_LEAST = 1.5  # a single failure stays visible


@dataclass(frozen=True, slots=True)
class Bar:
    """Failures stand on top of what was delivered."""

    x: int
    y: float
    height: float
    failed_y: float
    failed_height: float


@dataclass(frozen=True, slots=True)
class DayChart:
    bars: list[Bar]
    width: int
    height: int = HEIGHT


def day(halves: Sequence[HalfHour]) -> DayChart:
    most = max((half.delivered + half.failed for half in halves), default=0) or 1
    bars = [_bar(nth, half, most) for nth, half in enumerate(halves) if half.delivered or half.failed]
    return DayChart(bars, len(halves) * STEP)


def _bar(nth: int, half: HalfHour, most: int) -> Bar:
    delivered = round(HEIGHT * half.delivered / most, 1)
    failed = round(max(_LEAST, HEIGHT * half.failed / most), 1) if half.failed else 0
    top = round(max(0, HEIGHT - delivered - failed), 1)
    return Bar(nth * STEP, round(HEIGHT - delivered, 1), delivered, top, failed)
