"""The text the machine read in the picture, and where its matched words stand in it.

The documents put `matchedLists` and `riskSegments` directly in `riskDetail`, the vendor's samples inside its
`ocrText`; both places of every `riskDetail` are read. Details with texts of their own (a label's, say) are read as one
text, one below the other, so that all of it is shown and searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from moderation.contract.boxes import read_outline
from moderation.contract.fields import MAX_INT32, Fields, as_number
from moderation.contract.geometry import Outline
from moderation.contract.positions import Stretch, resolve
from moderation.contract.text_lines import outlines_of, read_lines
from moderation.contract.values import RecognisedText, Span, SpanKind, TextLine, UnresolvedWord

MOST_WORDS = 500  # and segments of a result that are placed in its text
MOST_SPANS = 1_000
BETWEEN_TEXTS = "\n"
LOOKED_AT = 10_000  # of those behind it is only known how many they are
_MOST_DETAILS = 20  # with texts of their own, in which one word is placed
LIST_NAME_CHARACTERS = 1_000
_SEARCHED = 20_000  # characters of a text in which words without a position are looked for


@dataclass(frozen=True, slots=True)
class Passage:
    """The text of one detail, and where it begins in the whole."""

    text: str = ""
    start: int = 0

    def find(self, match: Match) -> tuple[Stretch, ...]:
        """The stretches of the whole at which the matched word stands in this passage."""
        found = resolve(self.text, match.word, match.position)
        if not found and not match.has_position:
            found = _only_occurrence(self.text, match.word)
        return tuple((self.start + start, self.start + end) for start, end in found)


@dataclass(frozen=True, slots=True)
class Match:
    """A matched word as it was sent, with the place of its detail among the details."""

    kind: SpanKind
    word: str
    list_name: str
    position: tuple[int, ...]
    has_position: bool
    outline: Outline | None  # where on the picture it says that it lies
    detail: int

    def unresolved(self) -> UnresolvedWord:
        return UnresolvedWord(self.kind, self.word, self.list_name, self.position)


def passages_of(details: Sequence[Fields]) -> list[Passage]:
    """The text of each detail, "" where it has none."""
    return passages_in([detail.child("ocrText").text("text") for detail in details])


def passages_in(texts: Sequence[str]) -> list[Passage]:
    """Equal texts stand at one place of the whole."""
    starts: dict[str, int] = {}
    length = 0
    passages = []
    for text in texts:
        if text and text not in starts:
            starts[text] = length
            length += len(text) + len(BETWEEN_TEXTS)
        passages.append(Passage(text, starts[text]) if text else Passage())
    return passages


@dataclass(frozen=True, slots=True)
class Marked:
    """A span or an unresolved word, where it lies on the picture, and the places of the details that name it."""

    word: Span | UnresolvedWord
    outlines: tuple[Outline, ...]
    details: frozenset[int]


def read_text(details: Sequence[Fields]) -> tuple[RecognisedText, list[Marked]]:
    """One text with spans and unresolved words, from every `riskDetail` of a result; and what is known of each."""
    passages = passages_of(details)
    sent = chain.from_iterable(_matches(detail, place) for place, detail in enumerate(details) if detail.values)
    matches = list(islice(sent, LOOKED_AT))
    behind = max(0, sum(map(_sent, details)) - LOOKED_AT) if len(matches) > MOST_WORDS else 0
    return placed_text(passages, matches, _lines(details, passages), behind=behind)


def placed_text(
    passages: Sequence[Passage], sent: Iterable[Match], lines: Iterable[TextLine], *, behind: int = 0
) -> tuple[RecognisedText, list[Marked]]:
    """The words that were sent at their places in the text and on the picture; `behind` more were not looked at."""
    whole = BETWEEN_TEXTS.join(dict.fromkeys(passage.text for passage in passages if passage.text))
    matches: dict[UnresolvedWord, list[Match]] = {}
    for match in sent:
        matches.setdefault(match.unresolved(), []).append(match)
    behind = behind if len(matches) > MOST_WORDS else 0
    kept = dict(islice(matches.items(), MOST_WORDS))
    lines = tuple(sorted(lines, key=lambda line: line.start))
    marked = list(_marked(kept, passages, lines))
    shown = marked[: MOST_SPANS + MOST_WORDS]
    more = len(matches) - len(kept) + behind + len(marked) - len(shown)
    text = RecognisedText(whole, *words_of(shown), len(shown) + more if more else 0, lines)
    return text, shown


def words_of(marked: Sequence[Marked]) -> tuple[tuple[Span, ...], tuple[UnresolvedWord, ...]]:
    """The spans in the order of the text, and the words without a place in it."""
    spans = dict.fromkeys(one.word for one in marked if isinstance(one.word, Span))
    in_order = sorted(spans, key=lambda span: (span.start, span.end))
    return tuple(in_order), tuple(one.word for one in marked if isinstance(one.word, UnresolvedWord))


def _lines(details: Sequence[Fields], passages: Sequence[Passage]) -> Iterator[TextLine]:
    """The lines of each text, from the first detail that gives any for it."""
    known = set[int]()
    for detail, passage in zip(details, passages, strict=True):
        if passage.text and passage.start not in known:
            found = list(read_lines(detail.child("ocrText"), passage.text, passage.start))
            known |= {passage.start} if found else set()
            yield from found


def _marked(
    matches: dict[UnresolvedWord, list[Match]], passages: Sequence[Passage], lines: Sequence[TextLine]
) -> Iterator[Marked]:
    """Each stretch that a word stands at; a word without any by itself. Where a word says where it lies, it lies there;
    else it has its share of its lines.
    """
    for word, sent in matches.items():
        own = tuple(dict.fromkeys(match.outline for match in sent if match.outline))
        details = frozenset(match.detail for match in sent)
        stretches = _places(sent, passages)
        if not stretches:
            yield Marked(word, own, details)
        for nth, (start, end) in enumerate(stretches):
            given = (own if len(stretches) == 1 else own[nth : nth + 1]) if own else ()
            outlines = given or tuple(outlines_of(lines, start, end))
            yield Marked(Span(start, end, word.kind, word.word, word.list_name), outlines, details)


def _places(sent: Sequence[Match], passages: Sequence[Passage]) -> tuple[Stretch, ...]:
    """Where one word stands: in the text of each detail that names it, else in the first text that fits."""
    own = dict.fromkeys((passages[match.detail], match) for match in sent if passages[match.detail].text)
    found = dict.fromkeys(chain.from_iterable(passage.find(match) for passage, match in islice(own, _MOST_DETAILS)))
    if found:
        return tuple(found)
    others = (passage.find(sent[0]) for passage in dict.fromkeys(passages) if passage.text)
    return next(filter(None, others), ())


def _only_occurrence(text: str, word: str) -> tuple[Stretch, ...]:
    """The place of a word that stands in the text once; empty when it could be several."""
    if not word or len(text) > _SEARCHED:
        return ()
    at = text.find(word)
    return ((at, at + len(word)),) if at >= 0 and text.find(word, at + 1) < 0 else ()


def _matches(detail: Fields, place: int) -> Iterator[Match]:
    for where in (detail, detail.child("ocrText")):
        if where.values:
            yield from _matched(where, place)


def _matched(where: Fields, place: int) -> Iterator[Match]:
    for matched_list in islice(where.children("matchedLists"), LOOKED_AT):
        name = matched_list.shown_text("name")[:LIST_NAME_CHARACTERS]
        for word in matched_list.children("words"):
            yield Match("list", word.shown_text("word"), name, *_position(word), read_outline(word), place)
    for segment in where.children("riskSegments"):
        found = segment.shown_text("segment")
        yield Match("risk", found, "", *_position(segment), read_outline(segment), place)


def _sent(detail: Fields) -> int:
    """How many words and segments that detail holds."""
    places = (detail, detail.child("ocrText"))
    lists = chain.from_iterable(sent for where in places if isinstance(sent := where.sent("matchedLists")[1], list))
    words = (one.get("words") for one in lists if isinstance(one, dict))
    segments = sum(where.length("riskSegments") for where in places)
    return segments + sum(len(each) for each in words if isinstance(each, list))


def _position(match: Fields) -> tuple[tuple[int, ...], bool]:
    """(the indices, whether any were sent)."""
    _, value = match.sent("position")
    if value is None:
        return (), False
    indices = value if _is_plain(value) else _indices(value)
    if None in indices:
        match.note("a position is not an array of whole numbers; its word is shown without a highlight")
        return (), True
    return tuple(indices), True


def _is_plain(value: Any) -> bool:
    """Whether it is an array of whole numbers, as it should be; quick also for a million of them."""
    return isinstance(value, list) and set(map(type, value)) == {int} and max(map(abs, value)) <= MAX_INT32


def _indices(value: Any) -> list[int | None]:
    return [_index(item) for item in value[:LOOKED_AT]] if isinstance(value, list) else [None]


def _index(item: Any) -> int | None:
    number = as_number(item)
    if number is None or not -MAX_INT32 <= number <= MAX_INT32 or number != int(number):
        return None
    return int(number)
