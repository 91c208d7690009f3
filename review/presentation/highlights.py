"""Split recognised text where its marks begin and end, for a page that has no script to draw them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.contract.values import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text under the same marks. `lists` are the names of the word lists that matched it."""

    text: str
    risk: bool = False
    listed: bool = False
    lists: str = ""


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The whole text in order; joined, the pieces are the text again. Offsets count code points."""
    changes: dict[int, Counter[tuple[str, str]]] = {0: Counter(), len(text): Counter()}
    for span in spans:
        if 0 <= span.start < span.end <= len(text):
            changes.setdefault(span.start, Counter())[span.kind, span.list_name] += 1
            changes.setdefault(span.end, Counter())[span.kind, span.list_name] -= 1
    over: Counter[tuple[str, str]] = Counter()
    found = []
    for start, end in pairwise(sorted(changes)):
        over.update(changes[start])
        over = +over  # without the marks that ended
        found.append(_piece(text[start:end], list(over)))
    return found


def _piece(text: str, marks: Sequence[tuple[str, str]]) -> Piece:
    kinds = {kind for kind, _ in marks}
    lists = ", ".join(sorted({name for _, name in marks if name}))
    return Piece(text, "risk" in kinds, "list" in kinds, lists)
