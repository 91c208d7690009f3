"""QR and bar codes, with content and place, by ZXing."""

from __future__ import annotations

from typing import Any

import zxingcpp

MOST = 50
MOST_CHARACTERS = 4_000


def find(picture: Any) -> list[dict[str, Any]]:
    return [_told(code) for code in zxingcpp.read_barcodes(picture)[:MOST] if code.valid]


def _told(code: Any) -> dict[str, Any]:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return {
        "content": code.text[:MOST_CHARACTERS],
        "format": code.format.name,
        "corners": [number for corner in corners for number in (corner.x, corner.y)],
    }
