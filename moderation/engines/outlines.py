"""Where a line of text lies, of the corners that a recogniser gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from moderation.contract.geometry import Corners, Outline

TURNED = 0.15  # of a line's height that a corner may lie off the upright rectangle before the line counts as turned
LEAST_TURNED = 2.0  # … and pixels


def outline_of(corners: Sequence[float], probability: float | None) -> Outline:
    """Eight numbers, clockwise from the top left of what is inside."""
    eight = cast(Corners, tuple(corners))
    upright = Outline.of(eight, is_turned=False, probability=probability)
    x1, y1, x2, y2 = upright.location
    most = max(LEAST_TURNED, TURNED * min(x2 - x1, y2 - y1))
    is_turned = any(abs(one - other) > most for one, other in zip(eight, upright.corners, strict=True))
    return Outline.of(eight, is_turned=is_turned, probability=probability)
