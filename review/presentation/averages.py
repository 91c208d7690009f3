"""Counts and minutes that are averages, as pages write them."""

from __future__ import annotations

from django.utils.formats import number_format

FEW = 10


def average(value: float) -> str:
    """In tenths where there are few, else whole, in the notation of the reader's language."""
    if 0 < value < FEW:
        return str(number_format(round(value, 1), 1))
    return str(number_format(round(value), 0, use_l10n=True, force_grouping=True))
