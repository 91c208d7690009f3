"""Spans of the recognised text on the picture: by their own location, or by their share of a line's box."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from moderation.contract import final_result, parse_submission
from moderation.contract.listed_boxes import boxes_of_listed
from moderation.contract.placement import place
from moderation.contract.values import Evidence, Result, RiskLevel
from tests.moderation.contract.bodies import image_v4, label

Body = dict[str, Any]


def detail(text: str, *lines: Body, words: Any = (), segments: Any = ()) -> Body:
    return {
        "ocrText": {"text": text, "lines": list(lines)},
        "matchedLists": [{"name": "ways", "words": list(words)}] if words else [],
        "riskSegments": list(segments),
    }


def line(text: str, location: list[Any], **fields: Any) -> Body:
    return {"text": text, "location": location} | fields


def segment(text: str, *position: int, **fields: Any) -> Body:
    return {"segment": text, "position": list(position)} | fields


def read(body: Body, labels: Any = ()) -> Result:
    return parse_submission(image_v4(riskDetail=body, allLabels=list(labels))).result


def places(evidence: Evidence) -> list[tuple[str, tuple[float, ...]]]:
    return [(box.name, box.location or ()) for box in evidence.boxes if box.kind == "text"]


SHARES: dict[str, tuple[Body, list[tuple[str, tuple[float, ...]]]]] = {
    "a share of its line": (
        detail("add me 123", line("add me 123", [100, 10, 200, 30], start=0), segments=[segment("me", 4, 6)]),
        [("me", (136.45, 10, 163.55, 30))],
    ),
    "a line without a start": (
        detail("x add", line("x", [0, 0, 9, 9]), line("add", [10, 0, 40, 9]), segments=[segment("dd", 3, 5)]),
        [("dd", (20, 0, 40, 9))],
    ),
    "the second of two equal lines": (
        detail("go\ngo", line("go", [0, 0, 20, 9]), line("go", [0, 10, 20, 19]), segments=[segment("go", 3, 5)]),
        [("go", (0, 10, 20, 19))],
    ),
    "over two lines": (
        detail(
            "add me",
            line("add ", [0, 0, 40, 9], start=0),
            line("me", [0, 10, 20, 19], start=4),
            segments=[segment("d me", 2, 6)],
        ),
        [("d me", (23.21, 0, 40, 9)), ("d me", (0, 10, 20, 19))],
    ),
    "behind a full-width letter": (
        detail("加ab", line("加ab", [0, 0, 40, 10]), segments=[segment("ab", 1, 3)]),
        [("ab", (18.87, 0, 40, 10))],
    ),
    "behind an astral letter": (
        detail("😀ab", line("😀ab", [0, 0, 40, 10]), segments=[segment("ab", 1, 3)]),
        [("ab", (18.87, 0, 40, 10))],
    ),
    "Arabic, from the right": (
        detail("سلام نعم", line("سلام نعم", [0, 0, 80, 10]), segments=[segment("سلام", 0, 4)]),
        [("سلام", (37.03, 0, 80, 10))],
    ),
    "a number in Arabic, as it is written": (
        detail("نعم 0123", line("نعم 0123", [0, 0, 80, 10]), segments=[segment("01", 4, 6)]),
        [("01", (0, 0, 21.49, 10))],
    ),
    "an Arabic word in Latin": (
        detail("ab نعم cd", line("ab نعم cd", [0, 0, 90, 10]), segments=[segment("نع", 3, 5)]),
        [("نع", (39.84, 0, 62.96, 10))],
    ),
    "a column, from the top": (
        detail("加我微信", line("加我微信", [0, 0, 10, 40]), segments=[segment("微信", 2, 4)]),
        [("微信", (0, 20, 10, 40))],
    ),
    "its own location before its line's": (
        detail("add", line("add", [0, 0, 30, 9]), segments=[segment("dd", 1, 3, location=[5, 5, 9, 9])]),
        [("dd", (5, 5, 9, 9))],
    ),
    "a word with a location that stands nowhere in the text": (
        detail("add", words=[{"word": "gone", "position": [7, 9], "location": [5, 5, 9, 9]}]),
        [("gone", (5, 5, 9, 9))],
    ),
    "a word in the place of a segment": (
        detail(
            "add",
            line("add", [0, 0, 30, 9]),
            words=[{"word": "add", "position": [0, 3]}],
            segments=[segment("add", 0, 3)],
        ),
        [("add", (0, 0, 30, 9))],
    ),
    "no lines": (detail("add", segments=[segment("add", 0, 3)]), []),
    "lines of no word": (detail("add", line("add", [0, 0, 30, 9])), []),
}


@pytest.mark.parametrize(("body", "expected"), SHARES.values(), ids=SHARES)
def test_a_span_lies_where_its_letters_do(body: Body, expected: list[tuple[str, tuple[float, ...]]]) -> None:
    assert places(read(body).evidence) == expected


def test_each_span_names_its_boxes_and_a_label_those_of_its_detail() -> None:
    body = detail("add me", line("add me", [0, 0, 60, 9]), words=[{"word": "me"}], segments=[segment("add", 0, 3)])
    cited = label(riskDetail={"riskSource": 1001, "riskSegments": [segment("add", 0, 3)]})
    result = read(body, [cited, label(riskDetail={})])
    spans = result.evidence.text.spans
    assert [(span.word, span.evidence) for span in spans] == [("add", ("text-2",)), ("me", ("text-1",))]
    assert [one.evidence for one in result.labels] == [("text-2",), ()]
    assert result.evidence.counts["text"] == 2


def test_a_turned_line_is_shared_along_its_slope() -> None:
    corners: list[Any] = [0, 0, 80, 40, 72, 56, -8, 16]
    body = detail("abab", line("abab", corners, probability=0.9), segments=[segment("ab", 2, 4)])
    (box,) = read(body).evidence.boxes
    assert list(box.polygon or ()) == [40, 20, 80, 40, 72, 56, 32, 36]
    assert (box.location, box.probability) == ((32, 20, 80, 56), 0.9)


def test_corners_are_turned_with_the_picture_and_stay_on_it() -> None:
    body = detail("ab", line("ab", [10, 0, 110, 20, 106, 40, 6, 20]), segments=[segment("ab", 0, 2)])
    boxes = read(body).evidence.boxes
    (upright,) = place(boxes, width=100, height=60, orientation=1, declared="upright")
    assert list(upright.polygon or ()) == [10, 0, 100, 20, 100, 40, 6, 20]
    assert upright.clamped
    (half,) = place(boxes, width=200, height=100, orientation=3, declared="stored")
    assert list(half.polygon or ()) == [190, 100, 90, 80, 94, 60, 194, 80]


ODD_LINES: dict[str, Any] = {
    "null": None,
    "no text": {"location": [0, 0, 9, 9]},
    "another text": line("other", [0, 0, 9, 9]),
    "a start that is not its": line("other", [0, 0, 9, 9], start=0),
    "no place": {"text": "add"},
    "three numbers": line("add", [1, 2, 3]),
    "corners on one line": line("add", [0, 0, 9, 0, 9, 0, 0, 0]),
    "words for corners": line("add", ["a"] * 8),
}


@pytest.mark.parametrize("odd", ODD_LINES.values(), ids=ODD_LINES)
def test_a_line_without_a_place_is_no_reason_to_refuse(odd: Any) -> None:
    body = detail("add", segments=[segment("add", 0, 3)])
    body["ocrText"]["lines"] = [odd]
    evidence = read(body).evidence
    assert places(evidence) == []
    assert [span.word for span in evidence.text.spans] == ["add"]


def test_lines_of_a_labels_own_text_are_shared_too() -> None:
    own = detail("or 77", line("or 77", [0, 50, 50, 60], start=0), segments=[segment("77", 3, 5)])
    result = read(detail("add me"), [label(riskDetail=own)])
    assert places(result.evidence) == [("77", (25.44, 50, 50, 60))]
    assert result.labels[0].evidence == ("text-1",)


def test_words_of_our_lists_have_their_share_and_no_second_box() -> None:
    body = detail("add me", line("add me", [0, 0, 60, 9]), segments=[segment("add", 0, 3)])
    evidence = read(body).evidence
    found = [
        {"list": "ours", "word": "add", "start": 0, "end": 3},
        {"list": "ours", "word": "me", "start": 4, "end": 6},
    ]
    new, ids = boxes_of_listed(evidence, [*found, found[1]])
    assert [(box.id, box.name, box.location) for box in new] == [("text-2", "me", (34.41, 0, 60, 9))]
    assert ids == {(0, 3): ["text-1"], (4, 6): ["text-2"]}
    assert boxes_of_listed(read(detail("add me")).evidence, found) == ([], {})


def test_the_final_result_says_them_as_they_came() -> None:
    sent = image_v4(
        riskDetail=detail("add", line("add", [0, 0, 9, 9]), segments=[segment("add", 0, 3, location=[1, 2, 3, 4])])
    )
    before = copy.deepcopy(sent)
    result = parse_submission(sent).result
    answer = final_result(
        machine_raw=result.raw,
        request_id=result.request_id,
        bt_id="",
        risk_level=RiskLevel.REJECT,
        path=result.path,
        risk_description="",
        result_type=1,
        data_id="",
        pass_through=None,
    )
    assert answer["riskDetail"] == before["riskDetail"]


def test_thousands_of_lines_and_spans_are_no_burden() -> None:
    text = "add me " * 3000
    lines = [line("add me ", [0, n, 70, n + 1], start=7 * n) for n in range(3000)]
    body = detail(text, *lines, segments=[segment("me", 7 * n + 4, 7 * n + 6) for n in range(3000)])
    assert len(read(body).evidence.boxes) == 500
