"""The drawing of a label's scores: bars and where thresholds stand, in percent of its width. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt

from moderation.policy import Threshold
from review.statistics.label_scores.effect import HIGHEST, Span, joins, spans

BINS = 100
WIDTH_OF_BIN = HIGHEST // BINS
FLOOR = 220  # of the bars, in pixels from the top
TALLEST = 165


@dataclass(frozen=True, slots=True)
class Bar:
    x: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Area:
    """From `x` on, `width` wide, in percent."""

    x: str
    width: str


def bars(scores: Counter[int]) -> list[Bar]:
    """One for each ten scores, as high as the square root of their count, so that few beside many are seen."""
    counts = [0] * BINS
    for score, count in scores.items():
        counts[min(score // WIDTH_OF_BIN, BINS - 1)] += count
    tallest = sqrt(max(counts, default=0)) or 1
    heights = [TALLEST * sqrt(count) / tallest for count in counts]
    return [
        Bar(f"{nth + 0.07:.2f}", f"{FLOOR - height:.1f}", f"{height:.1f}")
        for nth, height in enumerate(heights)
        if height
    ]


def areas(threshold: Threshold) -> dict[str, Area]:
    return {name: area(span) for name, span in spans(threshold).items()}


def changes(before: Threshold | None, after: Threshold) -> dict[str, Area]:
    """What leaves REVIEW, down to PASS, and what joins REJECT."""
    return {"leaves": area(joins(before, after, "PASS")), "joins": area(joins(before, after, "REJECT"))}


def area(span: Span) -> Area:
    """Nothing is 0 wide."""
    low, high = span.low / WIDTH_OF_BIN, min(span.high + 1, HIGHEST) / WIDTH_OF_BIN
    return Area(f"{min(low, BINS):.1f}", f"{max(0.0, high - low):.1f}")
