"""Cases that come to people in each hour of the day, and the minutes these cost, in the reader's time zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from review.presentation.averages import average
from review.statistics.reports.drawings import Drawing, Shape

WIDTH, HEIGHT = 512, 164
LEFT, RIGHT, TOP, FLOOR = 44, 456, 8, 140
_DAY_MINUTES = 1440
_EVERY = 4  # hours between two names under the floor


@dataclass(frozen=True, slots=True)
class Hour:
    """Cases and staff minutes of one hour of the day, on average, by the policy in force and by the draft."""

    name: str
    before: float
    after: float
    minutes_before: float
    minutes_after: float


def hours(report: Mapping[str, Any]) -> list[Hour]:
    """The day of the reader's zone, whose present offset counts; its hours begin where those of UTC do."""
    found = sorted((_minute_of_day(nth), nth) for nth in range(24))
    return [_hour(report, minute, nth) for minute, nth in found]


def _minute_of_day(utc_hour: int) -> int:
    offset = timezone.localtime().utcoffset()
    return (utc_hour * 60 + round(offset.total_seconds() / 60 if offset else 0)) % _DAY_MINUTES


def _hour(report: Mapping[str, Any], minute: int, nth: int) -> Hour:
    seconds = report["staff"]["secondsPerCase"]

    def of(side: str, *, in_minutes: bool) -> float:
        parts = [(float(one["hours"][nth][side]), seconds.get(one["queue"], 0) / 60) for one in report["load"]]
        return sum(cases * (minutes if in_minutes else 1) for cases, minutes in parts)

    name = f"{minute // 60:02}:{minute % 60:02}"
    cases, minutes = ([of(side, in_minutes=which) for side in ("before", "after")] for which in (False, True))
    return Hour(name, *cases, *minutes)


def hours_drawing(day: Sequence[Hour]) -> Drawing:
    """The policy in force as an area, the draft as a line; the right axis has the minutes that so many cases cost."""
    drawn, top = Drawing(width=WIDTH, height=HEIGHT), _round_up(max(max(one.before, one.after) for one in day))
    cost = _minutes_a_case(day)
    for step in range(3):
        _grid(drawn, top * step / 2, top, cost)
    drawn.shapes.append(
        Shape("path", "was-area", points=_steps([one.before for one in day], top) + f"V{FLOOR}H{LEFT}Z")
    )
    drawn.shapes.append(Shape("path", "was-line", points=_steps([one.before for one in day], top)))
    drawn.shapes.append(Shape("path", "now-line", points=_steps([one.after for one in day], top)))
    each = (RIGHT - LEFT) / len(day)
    for nth, one in enumerate(day):
        drawn.shapes.append(
            Shape("rect", "touch", round(LEFT + nth * each, 1), TOP, round(each, 1), FLOOR - TOP, text=said(one))
        )
        if nth % _EVERY == 0:
            drawn.shapes.append(Shape("text", "middle", round(LEFT + (nth + 0.5) * each, 1), HEIGHT - 6, text=one.name))
    return drawn


def said(one: Hour) -> str:
    told = gettext("{hour}: {before} cases, {minutes_before} min, then {after} cases, {minutes_after} min")
    return told.format(
        hour=one.name,
        before=average(one.before),
        after=average(one.after),
        minutes_before=average(one.minutes_before),
        minutes_after=average(one.minutes_after),
    )


def _minutes_a_case(day: Sequence[Hour]) -> float:
    cases = sum(one.before + one.after for one in day)
    return sum(one.minutes_before + one.minutes_after for one in day) / cases if cases else 0.0


def _grid(drawn: Drawing, value: float, top: float, cost: float) -> None:
    y = _y(value, top)
    drawn.shapes.append(Shape("path", "grid", points=f"M{LEFT} {y:.1f}H{RIGHT}"))
    drawn.shapes.append(Shape("text", "end", LEFT - 8, round(y + 4, 1), text=average(value)))
    if cost:
        minutes = gettext("{minutes} min").format(minutes=average(value * cost))
        drawn.shapes.append(Shape("text", "end", WIDTH, round(y + 4, 1), text=minutes))


def _steps(values: Sequence[float], top: float) -> str:
    each = (RIGHT - LEFT) / len(values)
    rest = "".join(f"V{_y(value, top):.1f}H{LEFT + (nth + 1) * each:.1f}" for nth, value in enumerate(values))
    return f"M{LEFT} {_y(values[0], top):.1f}{rest}"


def _y(value: float, top: float) -> float:
    return FLOOR - (FLOOR - TOP) * value / top


def _round_up(value: float) -> float:
    whole = max(value, 1.0)
    magnitude = 10.0 ** (len(str(int(whole))) - 1)
    return next(step * magnitude for step in (1, 2, 4, 6, 8, 10) if step * magnitude >= whole)
