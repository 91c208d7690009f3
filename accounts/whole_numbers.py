"""Whole numbers that people and machines send as text: in forms, in queries of URLs."""

from __future__ import annotations

DIGITS = 18
"""All numbers of so many fit into a column of eight bytes, and none is long enough to be slow to read."""


def whole_number(text: str, *, digits: int = DIGITS) -> int | None:
    """Of at most that many ASCII digits without a sign; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None
