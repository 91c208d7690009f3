"""The text the machine read in the picture, and where its matched words stand in it.

The documents put `matchedLists` and `riskSegments` directly in `riskDetail`, the vendor's samples inside its
`ocrText`; both places of every `riskDetail` are read and merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from moderation.contract.fields import MAX_INT32, Fields, as_number
from moderation.contract.positions import resolve
from moderation.contract.values import RecognisedText, Span, UnresolvedWord


def read_text(details: Sequence[Fields]) -> RecognisedText:
    """One text with spans and unresolved words, from every `riskDetail` of a result (the first text counts)."""
    readings = [detail.child("ocrText") for detail in details]
    texts = [text for reading in readings if (text := reading.text("text"))]
    text = texts[0] if texts else ""
    if len(set(texts)) > 1:
        readings[0].note("labels carry different recognised texts; the first one is shown")
    words = dict.fromkeys(word for place in (*details, *readings) if place.values for word in _matched(place))
    return _located(text, tuple(words))


def _located(text: str, words: tuple[UnresolvedWord, ...]) -> RecognisedText:
    spans: dict[Span, None] = {}
    unresolved = []
    for match in words:
        stretches = resolve(text, match.word, match.position)
        spans |= {Span(start, end, match.kind, match.word, match.list_name): None for start, end in stretches}
        if not stretches:
            unresolved.append(match)
    return RecognisedText(text, tuple(sorted(spans, key=lambda span: (span.start, span.end))), tuple(unresolved))


def _matched(place: Fields) -> Iterator[UnresolvedWord]:
    for matched_list in place.children("matchedLists"):
        name = matched_list.shown_text("name")
        for word in matched_list.children("words"):
            yield UnresolvedWord("list", word.shown_text("word"), name, _position(word))
    for segment in place.children("riskSegments"):
        yield UnresolvedWord("risk", segment.shown_text("segment"), "", _position(segment))


def _position(match: Fields) -> tuple[int, ...]:
    _, value = match.sent("position")
    indices = [_index(item) for item in value] if isinstance(value, list) else [None]
    if value is not None and None in indices:
        match.note("a position is not an array of whole numbers; its word is shown without a highlight")
    return () if None in indices else tuple(index for index in indices if index is not None)


def _index(item: Any) -> int | None:
    number = as_number(item)
    if number is None or not -MAX_INT32 <= number <= MAX_INT32 or number != int(number):
        return None
    return int(number)
