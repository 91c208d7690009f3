"""Scores: a probability from 0 to 1 as people see it on every page, a whole number from 0 to 1000."""

from __future__ import annotations


def score(probability: float | None) -> int | None:
    """None where there is no probability."""
    return None if probability is None else round(probability * 1000)
