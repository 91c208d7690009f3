"""The charts of the reports page as marks with places, in the units of their viewBox. Templates draw them in the
colours of the theme; `tables` has the same figures as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

from django.utils.translation import gettext

from review.statistics.reports import wording
from review.statistics.reports.intervals import Rate
from review.statistics.reports.report import Judged, Report
from review.statistics.reports.tables import moment_name

WIDTH, HEIGHT = 400, 200
LEFT, RIGHT, TOP, FLOOR = 54, 368, 8, 178  # right of RIGHT lines are named
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 2400, 3600)
_LONG_STEPS = (7200, 14_400, 28_800, 86_400, 172_800, 345_600, 864_000, 1_728_000, 3_456_000)
_NAME_HEIGHT = 13  # of a line's name
_MOST_NAMES = 7
SPARK_WIDTH, SPARK_HEIGHT = 168, 24


@dataclass(frozen=True, slots=True)
class Shape:
    """A `rect` at its left top corner, a `circle` around its middle, a `path` along `points`, or a `text`."""

    form: str
    look: str  # its CSS classes
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    points: str = ""
    text: str = ""


@dataclass(slots=True)
class Drawing:
    shapes: list[Shape] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT

    def grid(self, y: float, name: str, *, right: float = RIGHT) -> None:
        self.shapes.append(Shape("path", "grid", points=f"M{LEFT} {y:.1f}H{right}"))
        self.shapes.append(Shape("text", "end", LEFT - 8, y + 4, text=name))

    def names(self, names: Sequence[str], right: float) -> None:
        """Under the floor: not more than fit side by side, the last always among them."""
        every = max(1, -(-len(names) // _MOST_NAMES))
        for nth, name in enumerate(names):
            if (len(names) - 1 - nth) % every == 0:
                self.shapes.append(Shape("text", "middle", _middle(nth, len(names), right), HEIGHT - 4, text=name))


def waits(report: Report) -> Drawing:
    """Time to decision by day on a scale of proportions, with the SLA in it where there is one of them."""
    drawn, parts = Drawing(), list(report.moments.values())
    series = [(name, [getattr(part.waits, name) for part in parts]) for name in ("p99", "p90", "p50")]
    promise = 60.0 * report.queues[0].sla_minutes if len(report.queues) == 1 else None
    known = [value for _, values in series for value in values if value is not None]
    steps = _scale([*known, *([promise] if promise else [])])
    for step in steps:
        drawn.grid(_log_y(step, steps), wording.short(step))
    if promise:
        y = _log_y(promise, steps)
        drawn.shapes.append(Shape("path", "promise", points=f"M{LEFT} {y:.1f}H{RIGHT}"))
    for name, values in series:
        _line(drawn, name, values, steps, report)
    _ends(drawn, series, steps)
    drawn.names(_short(report), RIGHT)
    return drawn


def _line(drawn: Drawing, name: str, values: Sequence[float | None], steps: Sequence[float], report: Report) -> None:
    at: list[tuple[float, float]] = []
    moments = list(report.moments)
    for nth, value in enumerate(values):
        if value is None:
            _run(drawn, name, at)
            at = []
            continue
        at.append((_middle(nth, len(values), RIGHT), _log_y(value, steps)))
        said = f"{moment_name(report, moments[nth])}, {name}: {wording.duration(value)}"
        drawn.shapes.append(Shape("circle", f"point {name}", *at[-1], text=said))
    _run(drawn, name, at)


def _ends(drawn: Drawing, series: Sequence[tuple[str, Sequence[float | None]]], steps: Sequence[float]) -> None:
    """Each line's name behind its end, from the lowest up, with room between them where ends meet."""
    lowest = float(HEIGHT)
    for name, values in reversed(series):
        last = next((value for value in reversed(values) if value is not None), None)
        if last is not None:
            lowest = min(_log_y(last, steps) + 4, lowest - _NAME_HEIGHT)
            drawn.shapes.append(Shape("text", f"name {name}", RIGHT + 6, lowest, text=name))


def _run(drawn: Drawing, name: str, at: Sequence[tuple[float, float]]) -> None:
    if len(at) > 1:
        drawn.shapes.append(Shape("path", f"line {name}", points="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in at)))


def arrivals(report: Report) -> Drawing:
    """Cases that arrived as bars, and that were decided as strokes."""
    drawn, parts = Drawing(), list(report.moments.values())
    top = _round_up(max([1, *(max(part.sums["arrived"], part.sums["cases"]) for part in parts)]))
    for share in (0, 0.5, 1):
        drawn.grid(_y(share), wording.count(round(top * share)), right=WIDTH)
    each = (WIDTH - LEFT) / max(1, len(parts))
    for nth, (at, part) in enumerate(report.moments.items()):
        x, arrived, cases = LEFT + nth * each, part.sums["arrived"], part.sums["cases"]
        said = gettext("{when}: {arrived} arrived, {decided} decided").format(
            when=moment_name(report, at), arrived=wording.count(arrived), decided=wording.count(cases)
        )
        drawn.shapes.append(_bar("arrived", x + each * 0.12, arrived / top, 0, each * 0.76, said))
        stroke = f"M{x + each * 0.08:.1f} {_y(cases / top):.1f}h{each * 0.84:.1f}"
        drawn.shapes.append(Shape("path", "decided", points=stroke))
    drawn.names(_short(report), WIDTH)
    return drawn


def verdicts(report: Report) -> Drawing:
    """Passed, rejected and escalated, in shares of each day."""
    drawn = Drawing()
    for share in (0, 0.5, 1):
        drawn.shapes.append(Shape("text", "end", LEFT - 8, _y(share) + 4, text=f"{share:.0%}".replace("%", " %")))
    each = (WIDTH - LEFT) / max(1, len(report.moments))
    for nth, (at, part) in enumerate(report.moments.items()):
        whole, below = sum(part.sums[name] for name in ("passed", "rejected", "escalated")), 0.0
        for name, title in verdict_names():
            if part.sums[name]:
                share = part.sums[name] / whole
                said = f"{moment_name(report, at)}, {title}: {wording.count(part.sums[name])}"
                drawn.shapes.append(_bar(name, LEFT + (nth + 0.08) * each, share, below, each * 0.84, said))
                below += share
    drawn.shapes.append(Shape("path", "grid", points=f"M{LEFT} {FLOOR}H{WIDTH}"))
    drawn.names(_short(report), WIDTH)
    return drawn


def verdict_names() -> tuple[tuple[str, str], ...]:
    return (("passed", gettext("pass")), ("rejected", gettext("reject")), ("escalated", gettext("escalated")))


def kept(rates: Sequence[Rate | None]) -> Drawing:
    """A line of rates within SLA, from the lowest shown to 100 %; None is a gap."""
    return spark([None if rate is None or rate.percent is None else rate.percent for rate in rates], top=100.0)


def spark(values: Sequence[float | None], *, top: float | None = None) -> Drawing:
    drawn = Drawing(width=SPARK_WIDTH, height=SPARK_HEIGHT)
    known = [value for value in values if value is not None]
    if not known:
        return drawn
    high, low = top if top is not None else max(known), min(known)
    step, height = SPARK_WIDTH / max(1, len(values) - 1), SPARK_HEIGHT - 6
    at: list[tuple[float, float]] = []
    for nth, value in enumerate([*values, None]):
        if value is None:
            _run(drawn, "ink", at)
            at = []
        else:
            at.append((nth * step, 3 + height * (high - value) / ((high - low) or 1)))
    return drawn


@dataclass(frozen=True, slots=True)
class Square:
    """A cell of the heat map. `shade` from 0 to 9; `is_odd`: the machine is surer than in a band below, and people
    surely uphold it less.
    """

    rate: Rate
    shade: int
    is_odd: bool


def squares(one: Judged) -> list[Square]:
    return [
        Square(rate, min(9, int((rate.percent or 0) // 10)), _is_odd(rate, one.bands[:band]))
        for band, rate in enumerate(one.bands)
    ]


def _is_odd(rate: Rate, below: Sequence[Rate]) -> bool:
    return rate.n > 0 and not rate.is_few and any(other.n and rate.high < other.low for other in below)


def _bar(look: str, x: float, share: float, below: float, width: float, said: str) -> Shape:
    top = _y(share + below)
    return Shape("rect", look, round(x, 1), round(top, 1), round(width, 1), round(_y(below) - top, 1), text=said)


def _y(share: float) -> float:
    return FLOOR - (FLOOR - TOP) * share


def _middle(nth: int, count: int, right: float) -> float:
    return round(LEFT + (nth + 0.5) * (right - LEFT) / max(1, count), 1)


def _scale(values: Sequence[float]) -> list[float]:
    """Steps around the values, at most six."""
    steps = (*_STEPS, *_LONG_STEPS)
    low, high = min(values, default=1), max(values, default=60)
    first = max([nth for nth, step in enumerate(steps) if step <= low], default=0)
    last = min([nth for nth, step in enumerate(steps) if step >= high], default=len(steps) - 1)
    last = max(last, first + 1)
    every = max(1, -(-(last - first) // 5))
    return [*(steps[nth] for nth in range(first, last, every)), steps[last]]


def _log_y(value: float, steps: Sequence[float]) -> float:
    low, high = steps[0], steps[-1]
    return _y(log(max(low, min(high, value)) / low) / log(high / low))


def _round_up(value: float) -> float:
    magnitude = 10.0 ** (len(str(int(value))) - 1)
    return next(step * magnitude for step in (1, 2, 4, 6, 8, 10) if step * magnitude >= value)


def _short(report: Report) -> list[str]:
    return [name[5:] if report.filters.span.unit == "day" else name for name in _names(report)]


def _names(report: Report) -> list[str]:
    return [moment_name(report, at) for at in report.moments]
