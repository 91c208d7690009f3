"""Where the marks of a chart stand, in the units of its viewBox. Pure; templates draw them in the theme's colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 360, 150  # at 390 pixels of screen one unit is a pixel, so that the text stays readable
LEFT, RIGHT, TOP, BOTTOM = 40, 4, 8, 20
SPARK_WIDTH, SPARK_HEIGHT = 180, 28
_MOST_NAMES = 7  # under the axis
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Mark:
    """One value. (`x`, `y`) is the top left corner of its bar, or its point; `title` says it in words."""

    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines` are the points of each series, in runs without a gap; `limit` is the height of a line to stay under."""

    marks: tuple[Mark, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    heights: tuple[Tick, ...]
    names: tuple[Tick, ...]
    limit: float | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True)
class Spark:
    """Two courses over one time, without axes: the points of an area and of a line above the same floor."""

    area: str
    line: str
    width: int = SPARK_WIDTH
    height: int = SPARK_HEIGHT


def spark(area: Sequence[float], line: Sequence[float]) -> Spark:
    """At least two values ≥ 0 of each, as many of one as of the other."""
    top = max(*area, *line) or 1
    step = SPARK_WIDTH / (len(area) - 1)

    def points(values: Sequence[float]) -> str:
        """A pixel stays free above and below, for the width of the line."""
        heights = [SPARK_HEIGHT - 1 - (SPARK_HEIGHT - 2) * value / top for value in values]
        return " ".join(f"{nth * step:.1f},{height:.1f}" for nth, height in enumerate(heights))

    floor = f"0,{SPARK_HEIGHT} {points(area)} {SPARK_WIDTH},{SPARK_HEIGHT}"
    return Spark(floor, points(line))


def bars(values: Sequence[tuple[str, float]]) -> Chart:
    """A bar for each (name, value ≥ 0)."""
    top = _round_up(max((value for _, value in values), default=0))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    marks = tuple(
        Mark(
            round(LEFT + nth * step + step * 0.1, 1),
            _y(value, top),
            round(step * 0.8, 1),
            round(HEIGHT - BOTTOM - _y(value, top), 1),
            f"{name}: {_said(value)}",
        )
        for nth, (name, value) in enumerate(values)
    )
    return Chart(marks, (), _heights(top), _names([name for name, _ in values], step))


def lines(names: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]], *, limit: float = 0) -> Chart:
    """A line for each (name, values); None is a gap."""
    known = [value for _, values in series for value in values if value is not None]
    top = _round_up(max([limit, *known]))
    step = (WIDTH - LEFT - RIGHT) / max(1, len(names))
    drawn = tuple((name, _runs(values, step, top)) for name, values in series)
    marks = tuple(
        Mark(_middle(nth, step), _y(value, top), 0, 0, f"{names[nth]}, {name}: {_said(value)}")
        for name, values in series
        for nth, value in enumerate(values)
        if value is not None
    )
    return Chart(marks, drawn, _heights(top), _names(names, step), _y(limit, top) if limit else None)


def _runs(values: Sequence[float | None], step: float, top: float) -> tuple[str, ...]:
    runs: list[list[str]] = [[]]
    for nth, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{_middle(nth, step)},{_y(value, top)}")
    return tuple(" ".join(run) for run in runs if run)


def _middle(nth: int, step: float) -> float:
    return round(LEFT + (nth + 0.5) * step, 1)


def _y(value: float, top: float) -> float:
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top), 1)


def _heights(top: float) -> tuple[Tick, ...]:
    return tuple(Tick(_y(value, top), _said(value)) for value in (0, top / 2, top))


def _names(names: Sequence[str], step: float) -> tuple[Tick, ...]:
    """Not more than fit side by side, the last always among them."""
    every = max(1, -(-len(names) // _MOST_NAMES))
    last = len(names) - 1
    return tuple(Tick(_middle(nth, step), name) for nth, name in enumerate(names) if (last - nth) % every == 0)


def _round_up(value: float) -> float:
    """The next number that reads well at the top of an axis."""
    magnitude = 10.0 ** (len(str(int(value))) - 1)
    return next(step * magnitude for step in _STEPS if step * magnitude >= max(value, 1))


def _said(value: float) -> str:
    return f"{value:g}" if value < 10 else f"{value:.0f}"
