"""Each shape is told by its form and read into the same values."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import ContractError, parse_submission
from moderation.contract.values import Box, LabelPath, RiskLevel, Shape, Submission
from tests.moderation.contract import bodies

KNIFE = LabelPath("violence", "weapons", "knife")


def pointers_of(body: Any) -> list[str]:
    with pytest.raises(ContractError) as refused:
        parse_submission(body)
    return [error.pointer for error in refused.value.errors]


def test_image_v4() -> None:
    result = parse_submission(bodies.image_v4()).result
    assert (result.shape, result.succeeded, result.request_id) == (
        Shape.IMAGE_V4,
        True,
        "7c1e5a90b3d24f6688aa0f1e2d3c4b5a",
    )
    assert (result.risk_level, result.path) == (RiskLevel.REVIEW, KNIFE)
    assert (result.result_type, result.final_result) == (0, 0)
    assert [(label.path.risk_label1, label.risk_source) for label in result.labels] == [
        ("violence", 1002),
        ("ad", 1001),
    ]
    assert [label.evidence for label in result.labels] == [("f1", "o1"), ()]
    assert (result.segments, result.pass_through) == (1, {"post": 7})
    assert (result.evidence.face_num, result.evidence.person_num) == (1, 2)
    assert result.evidence.notes == ()
    assert result.raw == bodies.image_v4()


def test_a_failed_moderation_is_only_its_code_message_and_id() -> None:
    result = parse_submission(bodies.failed(riskLevel=7, allLabels="x", riskDetail=[1], resultType={"a": 1})).result
    assert (result.code, result.message, result.request_id) == (1911, "image not downloadable", "failed-1")
    assert (result.succeeded, result.risk_level, result.labels) == (False, None, ())


def test_decision_labels() -> None:
    result = parse_submission(bodies.decision_labels()).result
    assert (result.shape, result.code, result.risk_level) == (Shape.DECISION_LABELS, 1100, RiskLevel.REJECT)
    assert result.path == LabelPath("porn")  # the surest label
    assert result.risk_description == "Porn"
    assert [(label.path, label.probability) for label in result.labels] == [
        (KNIFE, 0.64),
        (LabelPath("porn"), 0.99),
    ]
    assert result.evidence.boxes == (Box("object-1", "object", "Knife", None, (5, 5, 60, 90)),)
    assert [label.evidence for label in result.labels] == [("object-1",), ()]
    assert result.raw == bodies.decision_labels()


def test_a_label_without_a_confidence_is_not_the_surest() -> None:
    unsure = bodies.decision_label(l1="ad", confidence=None)
    body = bodies.decision_labels(labels=[unsure, bodies.decision_label(l1="porn", confidence=1)])
    assert parse_submission(body).result.path.risk_label1 == "porn"


@pytest.mark.parametrize(
    ("decision", "level", "first"),
    [("block", "REJECT", "porn"), ("review", "REVIEW", "porn"), ("allow", "PASS", "normal")],
)
def test_a_decision_is_a_risk_level(decision: str, level: str, first: str) -> None:
    result = parse_submission(bodies.decision_labels(decision=decision)).result
    assert (result.risk_level, result.path.risk_label1) == (level, first)


def test_decision_labels_with_a_snake_case_id() -> None:
    body = bodies.decision_labels(request_id="snake-1")
    del body["requestId"]
    assert parse_submission(body).result.request_id == "snake-1"


@pytest.mark.parametrize("decision", [None, "", "BLOCK", 7, {}])
def test_decision_labels_need_a_known_decision(decision: Any) -> None:
    assert pointers_of(bodies.decision_labels(decision=decision)) == ["/decision"]


def test_decision_labels_name_every_error_where_it_was_sent() -> None:
    body = {
        "decision": "maybe",
        "labels": [bodies.decision_label(confidence=1001, l1=3), "x"],
        "message": 1,
    }
    assert sorted(pointers_of({"result": body})) == [
        "/result/decision",
        "/result/labels/0/confidence",
        "/result/labels/0/l1",
        "/result/labels/1",
        "/result/message",
        "/result/requestId",
    ]


def test_human_combined() -> None:
    result = parse_submission(bodies.human_combined(disposal={"riskLevel": "theirs"})).result
    assert (result.shape, result.risk_level, result.path) == (Shape.HUMAN_COMBINED, RiskLevel.REJECT, KNIFE)
    assert (result.result_type, result.final_result, result.evidence.boxes) == (1, 1, ())


IMAGE_V4 = {
    "a human result with evidence": bodies.image_v4(resultType=1),
    "a machine result without evidence": bodies.human_combined(resultType=0),
    "a result with a field of another shape": {"result": bodies.image_v4(operation=1, decision="block")},
}


@pytest.mark.parametrize("body", IMAGE_V4.values(), ids=IMAGE_V4)
def test_what_only_resembles_another_shape_is_image_v4(body: dict[str, Any]) -> None:
    assert parse_submission(body).result.shape is Shape.IMAGE_V4


@pytest.mark.parametrize(("operation", "level", "path"), [(1, "PASS", "normal"), (2, "REJECT", "")])
def test_human_plain(operation: int, level: str, path: str) -> None:
    submission = parse_submission(bodies.human_plain(operation))
    result = submission.result
    assert (result.shape, result.risk_level, str(result.path)) == (Shape.HUMAN_PLAIN, level, path)
    assert (result.request_id, result.risk_description) == ("plain-1", "knife in hand")
    assert (result.code, result.result_type, result.final_result) == (1100, 1, 1)
    assert (result.pass_through, submission.app_id) == ({"post": 7}, "web")


@pytest.mark.parametrize("operation", [None, 0, 3, "x", True])
def test_human_plain_needs_a_known_operation(operation: Any) -> None:
    body = bodies.human_plain()
    body["result"]["operation"] = operation
    assert pointers_of(body) == ["/result/operation"]


@pytest.mark.parametrize("make", [bodies.image_v4, bodies.failed, bodies.decision_labels, bodies.human_plain])
def test_an_envelope_holds_any_shape(make: Any) -> None:
    in_envelope = parse_submission({"appId": "web", "request": bodies.image_request(), "result": make()})
    assert in_envelope.result == parse_submission(make()).result
    assert in_envelope.app_id == "web"
    assert in_envelope.request is not None


APP_IDS: dict[str, tuple[dict[str, Any], str | None]] = {
    "the envelope's own": (bodies.envelope(request=None), "web"),
    "the request's, without one": (bodies.envelope(appId=None), "web"),
    "the bare body's": (bodies.image_v4(appId="bare"), "bare"),
    "none": (bodies.image_v4(), None),
}


@pytest.mark.parametrize(("body", "app_id"), APP_IDS.values(), ids=APP_IDS)
def test_app_id(body: dict[str, Any], app_id: str | None) -> None:
    assert parse_submission(body).app_id == app_id


REFUSED: dict[str, tuple[Any, list[str]]] = {
    "an array": ([], [""]),
    "null": (None, [""]),
    "an empty object": ({}, ["/code", "/requestId", "/riskLevel"]),
    "no result": ({"appId": "app", "request": {}}, ["/result"]),
    "a result that is text": (bodies.envelope(result="{}"), ["/result"]),
    "an empty result": ({"result": {}}, ["/result/code", "/result/requestId", "/result/riskLevel"]),
    "a request that is text": (bodies.envelope(request="x"), ["/request"]),
    "an app that is a number": (bodies.envelope(appId=5), ["/appId"]),
    "an app too long": (bodies.envelope(appId="a" * 65), ["/appId"]),
    "a state beside the result": (bodies.envelope(state="recorded"), ["/state"]),
    "a state in a bare body": (bodies.image_v4(state="final", queue="fast"), ["/queue", "/state"]),
    "errors in both halves": (
        bodies.envelope(request=bodies.image_request(level=9), result=bodies.image_v4(riskLevel="BAD")),
        ["/request/data/level", "/result/riskLevel"],
    ),
}


@pytest.mark.parametrize(("body", "pointers"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_submission_is_refused_with_every_pointer(body: Any, pointers: list[str]) -> None:
    assert sorted(pointers_of(body)) == pointers


def test_errors_say_what_to_send() -> None:
    with pytest.raises(ContractError, match=r"/riskLevel: Send one of PASS, REVIEW, REJECT\."):
        parse_submission(bodies.image_v4(riskLevel="BLOCK"))


def test_an_access_key_is_never_kept() -> None:
    request = bodies.image_request() | {"access_key": "not-to-be-kept", "AccessKey": "not-to-be-kept"}
    submission = parse_submission(bodies.envelope(request=request))
    assert isinstance(submission, Submission)
    assert "not-to-be-kept" not in repr(submission)
