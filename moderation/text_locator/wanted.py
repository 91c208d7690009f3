"""Note which results have marked words that lie somewhere on the picture, nobody knows where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.database.write_batch import WriteBatch
from moderation.contract.values import Evidence
from moderation.engines.embedded.host import installed_parts
from moderation.models import LocatedText
from moderation.text_locator.places import unplaced


@dataclass(frozen=True, slots=True)
class Marked:
    """The evidence of one machine result, and the words of our own lists in its text."""

    case_id: int
    revision: int
    evidence: Evidence
    listed: Sequence[Mapping[str, Any]]


def is_on() -> bool:
    """Whether it is wanted here, and the engine that reads text is installed."""
    return settings.LOCATE_TEXT and "text" in installed_parts()


def note(results: Sequence[Marked], *, batch: WriteBatch) -> bool:
    """Have the text of those that need it located as soon as their pictures are there. Whether one may be there now."""
    wanting = [one for one in results if unplaced(one.evidence, one.listed)] if is_on() else []
    batch.insert(LocatedText, [{"case_id": one.case_id, "revision": one.revision} for one in wanting])
    return any(one.revision > 1 for one in wanting)
