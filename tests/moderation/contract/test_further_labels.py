"""Business labels, labels of the account, the customer's own disposal: read, never a reason to refuse a result."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import parse_submission
from moderation.contract.search_terms import counted, terms_of
from moderation.contract.values import BusinessLabel, Disposal, LabelPath, Result, SubjectLabel
from tests.moderation.contract.bodies import envelope, face, image_v4, label

SEDAN = {
    "businessLabel1": "object",
    "businessLabel2": "vehicle",
    "businessLabel3": "sedan",
    "businessDescription": "Object: Vehicle: Sedan",
    "probability": 0.94,
    "confidenceLevel": 2,
    "businessDetail": {
        "face_num": 2,
        "person_ration": "0.25",
        "name": "a sedan",
        "faces": [face()],
        "location": [1, 2, 3, 4],
    },
}


def read(**fields: Any) -> Result:
    return parse_submission(image_v4(**fields)).result


def test_a_business_label_is_read_in_full() -> None:
    (found,) = read(riskDetail={}, allLabels=[], businessLabels=[SEDAN]).business_labels
    assert found == BusinessLabel(
        LabelPath("object", "vehicle", "sedan"),
        "Object: Vehicle: Sedan",
        0.94,
        2,
        (("face_num", "2"), ("person_ratio", "0.25"), ("name", "a sedan")),
        ("f1", "object-1"),  # its face, and the place of the thing itself
    )


def test_labels_of_the_account_and_the_disposal() -> None:
    result = read(
        tokenProfileLabels=[{"label1": "a", "label2": "b", "label3": "c", "description": "A: B", "timestamp": None}],
        tokenRiskLabels=[{"label1": "r", "timestamp": 1700000000123, "detail": {"count": 3}}],
        disposal={"riskLevel": "REVIEW", "riskLabel1": "TNS", "riskDescription": "Ask"},
    )
    assert result.subject_labels == (
        SubjectLabel("profile", LabelPath("a", "b", "c"), "A: B"),
        SubjectLabel("risk", LabelPath("r"), "", 1700000000123),
    )
    assert result.disposal == Disposal("REVIEW", LabelPath("TNS"), "Ask")


@pytest.mark.parametrize("odd", [None, {}, [], "x", 7, [None], [[]], ["x"], [{"label1": 5, "timestamp": "x"}]])
@pytest.mark.parametrize("name", ["tokenProfileLabels", "tokenRiskLabels"])
def test_odd_ones_are_no_reason_to_refuse_a_result(name: str, odd: Any) -> None:
    assert all(label.path == LabelPath("") for label in read(**{name: odd}).subject_labels)


def test_the_highest_count_that_any_detail_tells_is_known() -> None:
    evidence = read(
        riskDetail={"face_num": 1},
        allLabels=[label(riskDetail={"person_num": 4, "face_num": -2})],
        businessLabels=[{"businessDetail": {"face_num": 12}}],
    ).evidence
    assert (evidence.face_num, evidence.person_num) == (12, 4)
    assert (evidence.faces, evidence.persons) == (12, 4)
    assert read(riskDetail={"face_num": 0}, allLabels=[]).evidence.face_num == 0


def test_what_a_case_is_found_by() -> None:
    sent = envelope(
        result=image_v4(
            businessLabels=[SEDAN],
            disposal={"riskLevel": "REVIEW", "riskLabel1": "TNS", "riskLabel2": "House"},
            tokenRiskLabels=[{"label1": "history"}],
            auxInfo={"streamId": "S-2"},
        )
    )
    sent["request"]["data"] |= {"nickname": "Iris P.", "deviceId": "D1"}
    submission = parse_submission(sent)
    assert terms_of(submission.request, submission.result) == sorted(
        [
            *("businesslabel=object", "businesslabel=object/vehicle", "businesslabel=object/vehicle/sedan"),
            *("confidencelevel=2", "deviceid=d1", "disposal=tns", "disposal=tns/house", "faces=2"),
            *("nickname=iris p.", "persons=2", "room=r1", "streamid=s-2", "streamid=s1", "subjectlabel=history"),
        ]
    )
    assert terms_of(None, submission.result)[0] == "businesslabel=object"


def test_more_than_twenty_are_as_many() -> None:
    found = terms_of(None, read(riskDetail={"face_num": 400}, allLabels=[]))
    assert "faces=20" in found
    assert set(found) & set(counted("faces", 20)) == {"faces=20"} == set(found) & set(counted("faces", 400))
    assert counted("faces", 18) == ["faces=18", "faces=19", "faces=20"]


def test_a_flood_of_terms_is_cut() -> None:
    many = [{"label1": str(n), "label2": "x" * 500} for n in range(1000)]
    found = terms_of(None, read(tokenProfileLabels=many, tokenRiskLabels=many))
    assert len(found) <= 200
    assert max(map(len, found)) <= 400
