from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.positions import resolve
from moderation.contract.values import RecognisedText, Span, UnresolvedWord
from tests.moderation.contract.bodies import image_v4, label

#       0123456789012345678901234
TEXT = "buy gold, 😀gold and goldie"

POSITIONS: dict[str, tuple[str, list[int], tuple[tuple[int, int], ...]]] = {
    "start and end": ("gold", [4, 8], ((4, 8),)),
    "start and end behind an astral character": ("gold", [11, 15], ((11, 15),)),
    "the whole text": (TEXT, [0, 26], ((0, 26),)),
    "every index": ("gold", [4, 5, 6, 7], ((4, 8),)),
    "two hits": ("gold", [4, 5, 6, 7, 11, 12, 13, 14], ((4, 8), (11, 15))),
    "one hit twice": ("gold", [11, 12, 13, 14, 11, 12, 13, 14], ((11, 15),)),
    "both indices of a two-letter word": ("ol", [5, 6], ((5, 7),)),
    "start and end of a two-letter word": ("ol", [5, 7], ((5, 7),)),
    "the index of one letter": ("b", [0], ((0, 1),)),
    "start and end of one letter": ("b", [0, 1], ((0, 1),)),
    "two indices of one letter": ("d", [7, 14], ((7, 8), (14, 15))),
    "letters with others between them": ("bg", [0, 4], ((0, 1), (4, 5))),
    "letters the other way round": ("gb", [4, 0], ((4, 5), (0, 1))),
    "the astral character": ("😀", [10, 11], ((10, 11),)),
    "another word there": ("gold", [0, 4], ()),
    "end included": ("gold", [4, 7], ()),
    "offsets in UTF-16 units": ("gold", [12, 16], ()),
    "behind the end": ("die", [23, 27], ()),
    "before the start": ("die", [-3, 26], ()),
    "indices before the start": ("die", [-3, -2, -1], ()),
    "backwards": ("gold", [8, 4], ()),
    "half a word": ("gold", [4, 5, 6], ()),
    "a word and a half": ("gold", [4, 5, 6, 7, 11, 12], ()),
    "one of two hits wrong": ("gold", [4, 5, 6, 7, 12, 13, 14, 15], ()),
    "nothing": ("gold", [], ()),
    "no word": ("", [3, 3], ()),
    "huge": ("gold", [10**30, 10**30 + 4], ()),
}


@pytest.mark.parametrize(("word", "position", "stretches"), POSITIONS.values(), ids=POSITIONS)
def test_a_position_counts_when_it_spells_the_word(
    word: str, position: list[int], stretches: tuple[tuple[int, int], ...]
) -> None:
    assert resolve(TEXT, word, position) == stretches


def read(labels: Any = None, **detail: Any) -> RecognisedText:
    return parse_submission(image_v4(riskDetail=detail, allLabels=labels)).result.evidence.text


def word(word: str, position: Any) -> dict[str, Any]:
    return {"word": word, "position": position}


LISTS = [{"name": "metals", "words": [word("gold", [4, 8]), word("silver", [0, 6])]}]
SEGMENTS = [{"segment": "buy gold", "position": [0, 8]}]
READ = RecognisedText(
    TEXT,
    (Span(0, 8, "risk", "buy gold"), Span(4, 8, "list", "gold", "metals")),
    (UnresolvedWord("list", "silver", "metals", (0, 6)),),
)
OCR = {"text": TEXT}
INSIDE = OCR | {"matchedLists": LISTS, "riskSegments": SEGMENTS}

PLACES: dict[str, dict[str, Any]] = {
    "in the detail": {"ocrText": OCR, "matchedLists": LISTS, "riskSegments": SEGMENTS},
    "in the recognised text": {"ocrText": INSIDE},
    "in both": {"ocrText": INSIDE, "matchedLists": LISTS, "riskSegments": SEGMENTS},
    "half and half": {"ocrText": OCR | {"matchedLists": LISTS}, "riskSegments": SEGMENTS},
    "in a label": {"ocrText": OCR, "labels": [label(riskDetail={"ocrText": INSIDE})]},
    "only in a label": {"labels": [label(riskDetail={"ocrText": INSIDE})]},
}


@pytest.mark.parametrize("fields", PLACES.values(), ids=PLACES)
def test_matches_are_read_from_every_place_once(fields: dict[str, Any]) -> None:
    assert read(**fields) == READ


def test_spans_stand_in_reading_order() -> None:
    spans = read(ocrText=OCR, matchedLists=[{"words": [word("gold", [11, 15]), word("gold", [4, 8])]}]).spans
    assert [span.start for span in spans] == [4, 11]


@pytest.mark.parametrize("position", ["0-4", [[4, 8]], [4.5, 8], [None, 8], {"start": 4}])
def test_a_position_that_is_no_list_of_indices_is_noted(position: Any) -> None:
    body = image_v4(riskDetail={"ocrText": OCR, "matchedLists": [{"words": [word("gold", position)]}]}, allLabels=[])
    evidence = parse_submission(body).result.evidence
    assert evidence.text.unresolved == (UnresolvedWord("list", "gold"),)
    assert evidence.notes == ("a position is not an array of whole numbers; its word is shown without a highlight",)


def test_indices_as_text_are_read() -> None:
    assert read(ocrText=OCR, matchedLists=[{"words": [word("gold", ["4", "8"])]}]).spans == (
        Span(4, 8, "list", "gold"),
    )


def test_a_word_of_two_texts_is_placed_in_both() -> None:
    word_alone = {"matchedLists": [{"words": [{"word": "sold"}]}]}
    details = ({"ocrText": {"text": "sold here"}} | word_alone, {"ocrText": {"text": "not sold"}} | word_alone)
    assert [(span.start, span.end) for span in read(labels=with_texts(*details)).spans] == [(0, 4), (14, 18)]


def test_words_without_any_text_are_shown_without_a_highlight() -> None:
    found = read(matchedLists=LISTS)
    assert (found.text, found.spans) == ("", ())
    assert [match.word for match in found.unresolved] == ["gold", "silver"]


def with_texts(*details: dict[str, Any]) -> list[dict[str, Any]]:
    return [label(riskDetail=detail) for detail in details]


def test_texts_of_labels_are_read_below_the_first_and_each_counts_its_own_places() -> None:
    own = {"ocrText": {"text": "other gold"}, "matchedLists": [{"name": "metals", "words": [word("gold", [6, 10])]}]}
    found = read(labels=with_texts(own, {"ocrText": OCR}, own), ocrText=OCR, matchedLists=LISTS)
    assert found.text == f"{TEXT}\nother gold"
    assert found.spans == (Span(4, 8, "list", "gold", "metals"), Span(33, 37, "list", "gold", "metals"))
    assert [one.word for one in found.unresolved] == ["silver"]


def test_words_of_a_detail_without_a_text_are_placed_in_the_text_that_fits() -> None:
    found = read(
        labels=with_texts({"ocrText": {"text": "sold"}}, {"riskSegments": [{"segment": "sold", "position": [0, 4]}]}),
        ocrText=OCR,
    )
    assert found.spans == (Span(27, 31, "risk", "sold"),)


ONCE: dict[str, tuple[str, Any, tuple[Span, ...]]] = {
    "no position": ("buy", None, (Span(0, 3, "list", "buy"),)),
    "an empty one": ("😀", [], (Span(10, 11, "list", "😀"),)),
    "a word that stands there thrice": ("gold", None, ()),
    "overlapping itself": ("aa", None, ()),
    "a word that does not stand there": ("silver", None, ()),
    "no word": ("", None, ()),
    "a position that does not fit": ("buy", [7, 10], ()),
    "one that is no position": ("buy", "0-3", ()),
}


@pytest.mark.parametrize(("matched", "position", "spans"), ONCE.values(), ids=ONCE)
def test_a_word_without_a_position_is_placed_where_it_occurs_once(
    matched: str, position: Any, spans: tuple[Span, ...]
) -> None:
    text = {"text": f"{TEXT} aaa"}
    found = read(ocrText=text, matchedLists=[{"words": [{"word": matched, "position": position}]}])
    assert found.spans == spans
    assert len(found.unresolved) == (not spans)
