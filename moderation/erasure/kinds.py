"""What can be erased of a case."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """Each with a clock of its own. Records take the other two along."""

    PICTURES = "pictures"  # the picture, its renditions, thumbnails, blurred copies, kept uploads, its addresses
    BODIES = (
        "bodies"  # the request, texts and evidence of results, delivered bodies, notes: what may hold personal text
    )
    RECORDS = "records"  # who the subject was, scores, facts and attempts: all but ids, hashes, verdicts and times


ERASED_AT: Mapping[Kind, str] = MappingProxyType({kind: f"{kind}_erased_at" for kind in Kind})
"""The column of a case that says when."""
