from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.boxes import NO_LOCATION
from moderation.contract.values import Box, Evidence, Result
from tests.moderation.contract.bodies import decision_label, decision_labels, face, image_v4, knife, label

Body = dict[str, Any]
PLACE = (1.0, 2.0, 3.0, 4.0)


def read(**fields: Any) -> Result:
    return parse_submission(image_v4(**({"riskDetail": {}, "allLabels": []} | fields))).result


def evidence(**detail: Any) -> Evidence:
    return read(riskDetail=detail).evidence


def ids(result: Result) -> list[tuple[str, str]]:
    return [(box.kind, box.id) for box in result.evidence.boxes]


def test_each_array_is_its_kind() -> None:
    found = evidence(
        faces=[face()],
        objects=[knife()],
        persons=[{"id": "p1", "probability": 0.5, "location": [1, 2, 3, 4]}],
    )
    assert found.boxes == (
        Box("f1", "face", "Jane Roe", 0.91, (10, 20, 110, 220)),
        Box("o1", "object", "knife", 0.8, (5, 5, 60, 90)),
        Box("p1", "person", "", 0.5, PLACE),
    )


def test_the_same_face_under_three_labels_is_one_box() -> None:
    shown = label(riskDetail={"faces": [face(), face()]})
    result = read(riskDetail={"faces": [face()]}, allLabels=[shown, shown, shown])
    assert ids(result) == [("face", "f1")]
    assert [label.evidence for label in result.labels] == [("f1",)] * 3


def test_boxes_come_from_everywhere_a_result_carries_them() -> None:
    result = read(
        riskDetail={"faces": [face(id="top")]},
        allLabels=[label(riskDetail={"objects": [knife(id="in label")]})],
        businessLabels=[{"businessDetail": {"faces": [face(id="business")]}}],
        disposal={"riskDetail": {"persons": [{"id": "disposal", "location": [1, 2, 3, 4]}]}},
    )
    assert ids(result) == [("face", "top"), ("object", "in label"), ("face", "business"), ("person", "disposal")]
    assert result.labels[0].evidence == ("in label",)


def test_a_business_label_with_its_location_on_itself() -> None:
    result = read(businessLabels=[{"businessDetail": {"name": "sedan", "probability": 0.6, "location": [1, 2, 3, 4]}}])
    assert result.evidence.boxes == (Box("object-1", "object", "sedan", 0.6, PLACE),)


def test_a_label_without_detail_of_its_own_shows_no_box() -> None:
    result = read(riskDetail={"faces": [face()]}, allLabels=[label(riskDetail={})])
    assert result.labels[0].evidence == ()


def test_later_sightings_fill_what_earlier_ones_left_blank() -> None:
    result = read(
        riskDetail={"objects": [{"id": "o1"}]},
        allLabels=[label(riskDetail={"objects": [knife(qrContent="https://qr.test")]})],
    )
    assert result.evidence.boxes == (Box("o1", "qr", "knife", 0.8, (5, 5, 60, 90), "", "https://qr.test"),)


def test_a_probability_of_nothing_is_not_left_blank() -> None:
    assert [box.probability for box in evidence(faces=[face(probability=0), face()]).boxes] == [0]


def test_one_thing_under_two_names_keeps_both() -> None:
    found = evidence(objects=[knife(), knife(name="blade"), knife(name="knife"), knife(name="blade")])
    assert [box.name for box in found.boxes] == ["knife / blade"]


def test_one_id_in_two_places_is_noted() -> None:
    found = evidence(faces=[face(), face(location=[1, 2, 3, 4])])
    assert [box.location for box in found.boxes] == [(10, 20, 110, 220)]
    assert found.notes == ("face f1 has more than one location; the first one is shown",)


IDS: dict[str, tuple[Body, list[str]]] = {
    "numbered by kind": (
        {"faces": [face(id=None), face(id=None, location=[1, 2, 3, 4])], "objects": [knife(id="")]},
        ["face-1", "face-2", "object-1"],
    ),
    "the same place is the same thing": ({"faces": [face(id=None), face(id=None)]}, ["face-1"]),
    "without a place the name tells": (
        {"faces": [{"name": "a"}, {"name": "b"}, {"name": "a"}]},
        ["face-1", "face-2"],
    ),
    "and why it has no place": ({"faces": [{"name": "a"}, {"name": "a", "location": [1]}]}, ["face-1", "face-2"]),
    "never an id that was sent": (
        {"faces": [face(id=None), face(id="face-1", location=[1, 2, 3, 4])]},
        ["face-2", "face-1"],
    ),
    "one id, two kinds": ({"faces": [face(id="1")], "objects": [knife(id="1")]}, ["1", "object-1"]),
    "one id, two kinds, and their joint name sent too": (
        {"faces": [face(id="1"), face(id="object-1")], "objects": [knife(id="1")]},
        ["1", "object-1", "object-1-1"],
    ),
    "a number": ({"faces": [face(id=17)]}, ["17"]),
}


@pytest.mark.parametrize(("detail", "expected"), IDS.values(), ids=IDS)
def test_every_box_has_an_id_of_its_own(detail: Body, expected: list[str]) -> None:
    assert [box.id for box in evidence(**detail).boxes] == expected


QR: dict[str, tuple[Body, str]] = {
    "content": (knife(qrContent="https://qr.test"), "qr"),
    "empty content": (knife(qrContent=""), "object"),
    "name": (knife(name="QRCode"), "qr"),
    "name in two words": (knife(name="QR code"), "qr"),
    "name with an underscore": (knife(name="wechat_qr_code"), "qr"),
    "short name": (knife(name="qr"), "qr"),
    "Chinese name": (knife(name="微信二维码"), "qr"),
    "letters inside a word": (knife(name="Iraqramadan"), "object"),
}


@pytest.mark.parametrize(("item", "kind"), QR.values(), ids=QR)
def test_an_object_that_is_a_code_is_of_kind_qr(item: Body, kind: str) -> None:
    assert [box.kind for box in evidence(objects=[item]).boxes] == [kind]


def test_a_code_known_only_from_the_auxiliary_information() -> None:
    aux = {"qrContent": "https://qr.test"}
    alone = read(auxInfo=aux).evidence.boxes
    assert alone == (Box("qr-1", "qr", location_note=NO_LOCATION, qr_content="https://qr.test"),)
    known = read(auxInfo=aux, riskDetail={"objects": [knife(qrContent="https://qr.test")]}).evidence.boxes
    assert [box.id for box in known] == ["o1"]
    beside = read(auxInfo=aux, riskDetail={"objects": [knife(qrContent="https://other.test")]}).evidence.boxes
    assert [box.id for box in beside] == ["o1", "qr-1"]


LOCATIONS: dict[str, tuple[Any, str]] = {
    "missing": (None, NO_LOCATION),
    "empty": ([], NO_LOCATION),
    "three numbers": ([1, 2, 3], "four finite numbers"),
    "five numbers": ([1, 2, 3, 4, 5], "four finite numbers"),
    "text": ("1,2,3,4", "four finite numbers"),
    "words": (["a", 2, 3, 4], "four finite numbers"),
    "null inside": ([1, None, 3, 4], "four finite numbers"),
    "true inside": ([True, 2, 3, 4], "four finite numbers"),
    "infinite": ([1, 2, float("inf"), 4], "four finite numbers"),
    "not a number": ([1, 2, float("nan"), 4], "four finite numbers"),
    "beyond any picture": ([1, 2, 10**400, 4], "four finite numbers"),
    "beyond any picture to the left": ([-(10**400), 2, 3, 4], "four finite numbers"),
    "no width": ([3, 2, 3, 4], "first corner"),
    "no height": ([1, 4, 3, 4], "first corner"),
    "turned round": ([3, 4, 1, 2], "first corner"),
}


@pytest.mark.parametrize(("location", "note"), LOCATIONS.values(), ids=LOCATIONS)
def test_a_location_that_is_none_is_kept_as_a_box_with_the_reason(location: Any, note: str) -> None:
    (box,) = evidence(faces=[face(location=location)]).boxes
    assert box.location is None
    assert note in box.location_note


def test_a_location_beyond_the_picture_is_left_for_placement() -> None:
    (box,) = evidence(faces=[face(location=[-5, 2.5, 90000, 4])]).boxes
    assert (box.location, box.location_note) == ((-5, 2.5, 90000, 4), "")


def test_two_decisions_about_one_place_share_its_box() -> None:
    body = decision_labels(labels=[decision_label(), decision_label(l3="sword", l3_name="Sword")])
    result = parse_submission(body).result
    assert [(box.id, box.name) for box in result.evidence.boxes] == [("object-1", "Knife / Sword")]
    assert [label.evidence for label in result.labels] == [("object-1",), ("object-1",)]
