"""Which marked stretches need a place, and where on their lines they lie."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract.geometry import FoundLine, Outline
from moderation.contract.parse import parse_submission
from moderation.contract.values import Evidence
from moderation.text_locator.align import align
from moderation.text_locator.overlaps import once
from moderation.text_locator.places import places_of, unplaced
from tests.factories import bodies

TEXT = "加微信 wx_lucky 领红包"


def evidence(**ocr: Any) -> Evidence:
    body = bodies.result(riskDetail={"riskSource": 1001, "ocrText": {"text": TEXT, **ocr}})
    return parse_submission(body).result.evidence


def test_marked_words_without_a_box_need_a_place() -> None:
    found = evidence(riskSegments=[{"segment": "wx_lucky", "position": [4, 12]}])
    listed = [{"list": "own", "word": "红包", "start": 14, "end": 16}]
    assert unplaced(found, listed) == [(4, 12), (14, 16)]


def test_those_with_a_box_or_a_line_need_none() -> None:
    boxed = evidence(riskSegments=[{"segment": "wx_lucky", "position": [4, 12], "location": [1, 1, 9, 9]}])
    assert unplaced(boxed, []) == []
    lines = [{"text": TEXT, "start": 0, "location": [0, 0, 100, 20]}]
    lined = evidence(riskSegments=[{"segment": "wx_lucky", "position": [4, 12]}], lines=lines)
    assert unplaced(lined, [{"list": "own", "word": "红包", "start": 14, "end": 16}]) == []


def test_text_without_marks_needs_none() -> None:
    assert unplaced(evidence(), []) == []


def test_a_word_takes_its_share_of_the_line_by_the_widths_of_its_letters() -> None:
    """Two full-width letters before four half as wide."""
    line = FoundLine("加加nnnn", Outline((0, 0, 424, 40)))
    ((place),) = places_of("加加nnnn", [(0, 2)], align("加加nnnn", [line]))
    x1, _, x2, _ = place.outlines[0].location
    assert (x1, round(x2)) == (0, 200)


def test_a_turned_line_gives_a_turned_part() -> None:
    corners = (0.0, 100.0, 100.0, 0.0, 120.0, 20.0, 20.0, 120.0)
    line = FoundLine("nnnn", Outline.of(corners, is_turned=True))
    (place,) = places_of("nnnn", [(2, 4)], align("nnnn", [line]))
    assert place.outlines[0].polygon == pytest.approx((50, 50, 100, 0, 120, 20, 70, 70))


def test_a_stretch_of_which_little_was_found_has_no_place() -> None:
    line = FoundLine("领红包", Outline((0, 0, 90, 30)))
    assert list(places_of(TEXT, [(0, len(TEXT))], align(TEXT, [line]))) == []
    assert len(list(places_of(TEXT, [(14, 16)], align(TEXT, [line])))) == 1


def test_what_two_tiles_show_counts_once() -> None:
    whole = FoundLine("a whole line", Outline((10, 900, 200, 940)))
    cut = FoundLine("a whule line", Outline((10, 902, 200, 925)))
    below = FoundLine("below", Outline((10, 1000, 90, 1040)))
    assert once([cut, whole, below]) == [whole, below]
