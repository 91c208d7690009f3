"""However much a result says, of each thing a bounded part is read, and it is known how much there is."""

from __future__ import annotations

import time
from typing import Any

import pytest

from moderation.contract import ContractError, parse_submission
from moderation.contract.boxes import MOST_BOXES
from moderation.contract.evidence import MOST_LABELS
from moderation.contract.recognised_text import MOST_WORDS
from moderation.contract.values import Evidence, Result
from tests.moderation.contract.bodies import decision_label, decision_labels, face, image_v4, knife, label

Body = dict[str, Any]


def read(**fields: Any) -> Result:
    return parse_submission(image_v4(**({"riskDetail": {}, "allLabels": []} | fields))).result


def evidence(**detail: Any) -> Evidence:
    return read(riskDetail=detail).evidence


def places(count: int) -> list[Body]:
    return [{"location": [n, 0, n + 9, 9]} for n in range(count)]


def test_of_thousands_of_faces_the_first_are_read_and_all_are_counted() -> None:
    found = evidence(faces=places(8000))
    assert [box.id for box in found.boxes] == [f"face-{n}" for n in range(1, MOST_BOXES + 1)]
    assert (found.total, dict(found.counts)) == (8000, {"face": 8000})


def test_more_than_are_looked_at_are_counted_too() -> None:
    found = evidence(faces=[*places(50_000), None, {}], objects=[knife()], persons=places(3))
    assert len(found.boxes) == MOST_BOXES
    assert found.counts["face"] == 50_000
    assert (found.counts["object"], found.counts["person"]) == (1, 3)


def test_a_crowd_of_faces_hides_no_code() -> None:
    """Of each array some are read; in the order in which they came."""
    found = evidence(faces=places(2000), objects=[knife(id="k"), knife(id="q", qrContent="https://qr.test")])
    assert [box.id for box in found.boxes[-2:]] == ["k", "q"]
    assert len(found.boxes) == MOST_BOXES
    assert found.total == 2002


def test_what_is_the_same_counts_once() -> None:
    shown = label(riskDetail={"faces": places(700)})
    result = read(riskDetail={"faces": places(700)}, allLabels=[shown, shown])
    assert result.evidence.total == 700
    assert [len(one.evidence) for one in result.labels] == [MOST_BOXES] * 2


def test_a_few_boxes_are_all_there_are() -> None:
    found = evidence(faces=[face(), face()], objects=[knife()])
    assert (len(found.boxes), found.total) == (2, 2)


def test_one_thing_under_thousands_of_names_keeps_a_few() -> None:
    (box,) = evidence(faces=[face(name=f"name {n}") for n in range(5000)]).boxes
    assert box.name == " / ".join(f"name {n}" for n in range(10))
    assert len(evidence(faces=[face(name="x" * 10_000)]).boxes[0].name) == 1000


@pytest.mark.parametrize("count", [MOST_LABELS, MOST_LABELS + 1, 4 * MOST_LABELS])
def test_the_most_severe_label_is_read_wherever_it_stands(count: int) -> None:
    many = [label(riskLevel="REVIEW", riskLabel1="ad", riskLabel2=str(n), probability=0.5) for n in range(count - 1)]
    result = read(allLabels=[*many, label(riskLabel1="minor", probability=0.4)])
    assert (len(result.labels), result.labels_sent) == (min(count, MOST_LABELS), count)
    assert [one.path.risk_label1 for one in result.labels].count("minor") == 1
    assert result.labels[-1].path.risk_label1 == "minor"
    told = [note for note in result.evidence.notes if "labels were sent" in note]
    assert bool(told) is (count > MOST_LABELS)


def test_of_the_older_shape_the_surest_labels_are_read() -> None:
    many = [decision_label(l2=str(n), confidence=n % 500) for n in range(3 * MOST_LABELS)]
    result = parse_submission(decision_labels(labels=[*many, decision_label(l1="minor", confidence=990)])).result
    assert len(result.labels) == MOST_LABELS
    assert result.labels_sent == 3 * MOST_LABELS + 1
    assert result.labels[-1].path.risk_label1 == "minor"
    assert result.path.risk_label1 == "minor"


def test_of_thousands_of_words_the_first_are_placed_and_all_are_counted() -> None:
    words = [{"word": f"w{n}"} for n in range(30_000)]
    text = evidence(ocrText={"text": "none of them"}, matchedLists=[{"name": "a", "words": words}]).text
    assert len(text.unresolved) == MOST_WORDS
    assert text.matches == 30_000
    assert evidence(ocrText={"text": "w1"}, matchedLists=[{"words": words[:3]}]).text.matches == 0


def test_a_flood_of_wrong_items_is_cut() -> None:
    with pytest.raises(ContractError) as refused:
        read(allLabels=["x"] * 200_000)
    assert len(refused.value.errors) == 100


SLOW: dict[str, Body] = {
    "positions inside a long text": {
        "ocrText": {"text": "ab" * 2_000_000},
        "riskSegments": [{"segment": f"ab{n}", "position": [0, 3_999_000 + n]} for n in range(400)],
    },
    "one word in a hundred thousand places": {
        "ocrText": {"text": "ab" * 100_000},
        "riskSegments": [{"segment": "ab", "position": list(range(200_000))}],
    },
    "names that are lists of names": {
        "faces": [face(name=" / ".join(map(str, range(200_000)))), *[face(name="x")] * 3000]
    },
    "ids of one kind after another": {"faces": [face(id="1")] * 3000, "objects": [knife(id="1"), *places(3000)]},
}


@pytest.mark.parametrize("detail", SLOW.values(), ids=SLOW)
def test_no_part_costs_more_than_its_length(detail: Body) -> None:
    began = time.thread_time()
    evidence(**detail)
    assert time.thread_time() - began < 1
