"""Points that make a shape: curves through them, mirrored halves, angles of an arc."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Point = tuple[float, float]


def placed(at: Point, measure: float, points: Iterable[Point]) -> list[Point]:
    """Points given in measures from `at`, in pixels."""
    return [(at[0] + across * measure, at[1] + down * measure) for across, down in points]


def mirrored(half: Sequence[Point]) -> list[Point]:
    """An outline whose right half runs from top to bottom; points on the middle line are not doubled."""
    return [*half, *((-across, down) for across, down in reversed(half) if across)]


def closed_curve(points: Sequence[Point], steps: int = 10) -> list[Point]:
    """Catmull-Rom through the points, back to the first."""
    around = [*points[-1:], *points, *points[:2]]
    pieces = zip(around, around[1:], around[2:], around[3:], strict=False)
    return [_between(piece, step / steps) for piece in pieces for step in range(steps)]


def arc(start: float, end: float, steps: int = 12) -> list[float]:
    """Angles in radians from `start` to `end`, both included."""
    return [start + (end - start) * step / steps for step in range(steps + 1)]


def _between(piece: tuple[Point, Point, Point, Point], t: float) -> Point:
    weights = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3)
    x = sum(weight * point[0] for weight, point in zip(weights, piece, strict=True)) / 2
    y = sum(weight * point[1] for weight, point in zip(weights, piece, strict=True)) / 2
    return x, y
