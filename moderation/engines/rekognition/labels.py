"""From Amazon Rekognition's moderation labels (its taxonomy, version 7) to ours.

The table names its top-level categories. Below them its own names stay, as `snake_case`: an administrator gives them
words in the label catalogue. It gives confidences and no verdict, so the table says from which confidence a label is
REVIEW or REJECT by itself; thresholds of the policy count before that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.contract.values import LabelPath, RiskLevel

MOST_CHARACTERS = 128  # of one level
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Category:
    """`review` and `reject` are confidences from 0 to 1; a missing one means never."""

    risk_label1: str
    review: float | None
    reject: float | None = None

    def level(self, probability: float) -> RiskLevel:
        if self.reject is not None and probability >= self.reject:
            return RiskLevel.REJECT
        if self.review is not None and probability >= self.review:
            return RiskLevel.REVIEW
        return RiskLevel.PASS


CATEGORIES = {
    "explicit": Category("porn", 0.5, 0.9),
    "non_explicit_nudity_of_intimate_parts_and_kissing": Category("sexy", 0.6),
    "swimwear_or_underwear": Category("sexy", None),
    "violence": Category("violence", 0.6, 0.95),
    "visually_disturbing": Category("violence", 0.6, 0.95),
    "drugs_tobacco": Category("ban", 0.6),
    "alcohol": Category("ban", None),
    "gambling": Category("ban", 0.6),
    "rude_gestures": Category("abuse", 0.8),
    "hate_symbols": Category("violence", 0.5, 0.95),
}
"""By the name of its top-level category in `snake_case`."""
UNKNOWN = Category("unnamed", 0.5)
"""For a category that it added later: a person looks."""


def as_identifier(name: str) -> str:
    """ "Drugs & Tobacco" → drugs_tobacco."""
    return _NO_LETTER.sub("_", name.casefold()).strip("_")[:MOST_CHARACTERS]


def category_of(names: Sequence[str]) -> Category:
    """Of a label by its names from the top down."""
    return CATEGORIES.get(as_identifier(names[0]), UNKNOWN)


def path_of(names: Sequence[str]) -> LabelPath:
    """At most three levels: ours, then what it says, of more than two names the first and the last."""
    told = [as_identifier(name) for name in names]
    return LabelPath(category_of(names).risk_label1, told[0], told[-1] if len(told) > 1 else "")
