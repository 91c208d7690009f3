from __future__ import annotations

import copy
from typing import Any

import pytest

from moderation.contract import combined, final_result, parse_submission, plain
from moderation.contract.values import LabelPath, RiskLevel, Shape
from tests.moderation.contract import bodies

Body = dict[str, Any]


def answer(machine_raw: Body, **fields: Any) -> Body:
    given: dict[str, Any] = {
        "request_id": "r1",
        "bt_id": "",
        "risk_level": RiskLevel.REJECT,
        "path": LabelPath("ad", "contact", "phone"),
        "risk_description": "Ads: contact: phone",
        "result_type": 1,
        "data_id": "post-7",
        "pass_through": None,
    }
    return final_result(machine_raw=machine_raw, **(given | fields))


def smaller_forms(v4: Body) -> tuple[Body, Body]:
    forwarded = plain(
        v4,
        picture_url="https://pictures.test/1.jpg",
        token_id="user-1",
        app_id="web",
        room="r1",
        pass_through={"post": 7},
        bt_id="a",
        tips="blur it",
    )
    return combined(v4), forwarded


def test_the_verdict_is_merged_and_everything_else_kept() -> None:
    machine = bodies.image_v4(brandNew=[1])
    before = copy.deepcopy(machine)
    merged = answer(machine)
    assert machine == before
    assert merged == before | {
        "requestId": "r1",
        "riskLevel": "REJECT",
        "riskLabel1": "ad",
        "riskLabel2": "contact",
        "riskLabel3": "phone",
        "riskDescription": "Ads: contact: phone",
        "resultType": 1,
        "finalResult": 1,
        "dataId": "post-7",
    }


def test_a_code_that_came_as_text_keeps_the_evidence() -> None:
    merged = answer(bodies.image_v4(code="1100"))
    assert (merged["code"], merged["allLabels"]) == (1100, bodies.image_v4()["allLabels"])


def test_a_pass_is_spelt_as_the_contract_spells_it() -> None:
    merged = answer(bodies.image_v4(), risk_level=RiskLevel.PASS)
    assert [merged[name] for name in ("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")] == [
        "normal",
        "",
        "",
        "Normal",
    ]
    assert merged["allLabels"] == bodies.image_v4()["allLabels"]


def test_ids_and_passed_through_data_are_echoed() -> None:
    machine = bodies.image_v4(auxInfo={"segments": 3})
    merged = answer(machine, bt_id="a", pass_through={"post": 8}, result_type=0)
    assert (merged["requestId"], merged["btId"], merged["resultType"]) == ("r1", "a", 0)
    assert merged["auxInfo"] == {"segments": 3, "passThrough": {"post": 8}}
    assert machine["auxInfo"] == {"segments": 3}
    assert "dataId" not in answer(machine, data_id="")


def test_an_item_of_a_batch_is_named_as_the_machine_named_it_and_never_mistaken_for_another() -> None:
    for sent in ("r1", "r1_a"):
        merged = answer(bodies.image_v4(requestId=sent, btId="a"), bt_id="a")
        assert (merged["requestId"], merged["btId"]) == (sent, "a")
        head, form = smaller_forms(merged)
        assert head["requestId"] == "r1_a"
        assert (form["requestId"], form["data"]["btId"]) == ("r1", "a")
        for one in (merged, form):
            read = parse_submission(one).result
            assert (read.request_id, read.bt_id) == ("r1", "a")


@pytest.mark.parametrize(
    "machine",
    [bodies.failed(riskDetail="x", allLabels=7, auxInfo="x", riskLevel=7), bodies.human_plain()],
    ids=["failed", "plain"],
)
def test_a_body_without_v4_fields_still_gets_a_whole_answer(machine: Body) -> None:
    merged = answer(machine)
    assert (merged["code"], merged["message"], merged["riskLevel"]) == (1100, "success", "REJECT")
    assert (merged["riskDetail"], merged["allLabels"], merged["auxInfo"]) == ({}, [], {"segments": 1})
    assert "serviceId" not in merged


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_where_the_machine_sent_nothing_the_answer_has_the_right_type(nothing: Any) -> None:
    merged = answer(bodies.image_v4(riskDetail=nothing, allLabels=nothing, auxInfo=nothing))
    assert (merged["riskDetail"], merged["allLabels"], merged["auxInfo"]) == ({}, [], {"segments": 1})


def test_decision_labels_are_answered_in_v4() -> None:
    merged = answer(bodies.decision_labels())
    assert "decision" not in merged
    assert "labels" not in merged
    assert [(each["riskLabel1"], float(each["probability"])) for each in merged["allLabels"]] == [
        ("violence", 0.64),
        ("porn", 0.99),
    ]
    assert merged["allLabels"][0]["riskDetail"] == {"objects": [{"name": "Knife", "location": [5, 5, 60, 90]}]}


DISPOSAL = {"riskLevel": "REVIEW", "riskLabel1": "theirs"}
SAME = {"risk_level": RiskLevel.REVIEW, "path": LabelPath("violence", "weapons", "knife")}
DISPOSALS: dict[str, tuple[Body, Any]] = {
    "another verdict": ({}, None),
    "another label": (SAME | {"path": LabelPath("violence", "weapons", "gun")}, None),
    "the same verdict": (SAME, DISPOSAL),
    "mapped anew": ({"disposal": {"riskLabel1": "ours"}}, {"riskLabel1": "ours"}),
}


@pytest.mark.parametrize(("fields", "expected"), DISPOSALS.values(), ids=DISPOSALS)
def test_a_disposal_never_contradicts_the_verdict(fields: Body, expected: Any) -> None:
    assert answer(bodies.image_v4(disposal=DISPOSAL), **fields).get("disposal") == expected


@pytest.mark.parametrize("make", bodies.SUBMISSIONS[:-1])
@pytest.mark.parametrize("level", [RiskLevel.PASS, RiskLevel.REJECT])
def test_an_answer_is_a_result_we_read_ourselves(make: Any, level: RiskLevel) -> None:
    machine = parse_submission(make()).result
    ours = parse_submission(answer(machine.raw, risk_level=level, bt_id="a")).result
    assert (ours.shape, ours.request_id, ours.bt_id) == (Shape.IMAGE_V4, "r1", "a")
    assert (ours.risk_level, ours.result_type, ours.final_result) == (level, 1, 1)
    assert str(ours.path) == ("normal" if level is RiskLevel.PASS else "ad/contact/phone")
    assert (ours.evidence, ours.labels) == (machine.evidence, machine.labels)


@pytest.mark.parametrize("level", [RiskLevel.PASS, RiskLevel.REJECT])
def test_the_smaller_forms_say_the_same(level: RiskLevel) -> None:
    v4 = answer(bodies.image_v4(), risk_level=level)
    for form, shape in zip(smaller_forms(v4), (Shape.HUMAN_COMBINED, Shape.HUMAN_PLAIN), strict=True):
        read = parse_submission(form).result
        assert (read.shape, read.request_id, read.risk_level, read.result_type) == (shape, "r1", level, 1)
        assert read.risk_description == v4["riskDescription"]


def test_combined_is_the_head_alone() -> None:
    v4 = answer(bodies.image_v4(), disposal={"riskLabel1": "ours"})
    assert combined(v4) == {
        "requestId": "r1",
        "code": 1100,
        "message": "success",
        "riskLevel": "REJECT",
        "riskLabel1": "ad",
        "riskLabel2": "contact",
        "riskLabel3": "phone",
        "riskDescription": "Ads: contact: phone",
        "finalResult": 1,
        "resultType": 1,
        "disposal": {"riskLabel1": "ours"},
    }


def test_plain() -> None:
    _, form = smaller_forms(answer(bodies.image_v4()))
    assert form == {
        "requestId": "r1",
        "serviceId": "POST_IMG",
        "result": {
            "operation": 2,
            "description": "Ads: contact: phone",
            "descriptions": ["Ads: contact: phone"],
            "tips": "blur it",
        },
        "data": {
            "content": "https://pictures.test/1.jpg",
            "tokenId": "user-1",
            "btId": "a",
            "appId": "web",
            "room": "r1",
            "passThrough": {"post": 7},
        },
    }
