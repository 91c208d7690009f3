"""Every oddity seen in real bodies: survived, refused with a pointer, or noted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from moderation.contract import ContractError, parse_submission
from moderation.contract.values import LabelPath, Result
from tests.moderation.contract import bodies

Body = dict[str, Any]


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def labels(*made: Any) -> Body:
    return bodies.image_v4(riskDetail={}, allLabels=list(made))


def detail(**fields: Any) -> Body:
    return bodies.image_v4(riskDetail=fields, allLabels=[])


NOTHING: tuple[Any, ...] = (None, {}, [])

SURVIVED: dict[str, tuple[Body, Callable[[Result], Any], Any]] = {
    "misspelt request id": (
        without(bodies.image_v4(**{"reques-tId": "typo-1"}), "requestId"),
        lambda r: (r.request_id, r.evidence.notes),
        ("typo-1", ("reques-tId was read as requestId",)),
    ),
    "misspelt risk source": (
        labels(bodies.label(riskDetail={"riskSocrce": 1001})),
        lambda r: (r.labels[0].risk_source, r.evidence.notes),
        (1001, ("riskSocrce was read as riskSource",)),
    ),
    "risk source beside the label": (
        labels(bodies.label(riskDetail=None, riskSource=1004)),
        lambda r: r.labels[0].risk_source,
        1004,
    ),
    "misspelt second label": (
        labels(without(bodies.label(lable2="guns"), "riskLabel2")),
        lambda r: r.labels[0].path,
        LabelPath("violence", "guns", "knife"),
    ),
    "misspelt QR content": (
        detail(objects=[bodies.knife(qrcontent="https://qr.test")]),
        lambda r: [(box.kind, box.qr_content) for box in r.evidence.boxes],
        [("qr", "https://qr.test")],
    ),
    "ratio as text": (
        detail(persons=[{"id": "p", "person_ration": "0.4", "location": ["1", 2, "3.5", 4]}]),
        lambda r: r.evidence.boxes[0].location,
        (1, 2, 3.5, 4),
    ),
    "counts as text": (
        detail(face_num="3", person_num=Decimal("2.0")),
        lambda r: (r.evidence.face_num, r.evidence.person_num),
        (3, 2),
    ),
    "probability as a whole number": (labels(bodies.label(probability=1)), lambda r: r.labels[0].probability, 1.0),
    "probability as text": (labels(bodies.label(probability="0.5")), lambda r: r.labels[0].probability, 0.5),
    "probability rounded up": (
        labels(bodies.label(probability=Decimal("1.0001"))),
        lambda r: (r.labels[0].probability, r.evidence.notes),
        (1.0, ("a probability is a little below 0 or above 1; it was read as the nearest of the two",)),
    ),
    "probability of a box rounded down, as text": (
        detail(faces=[bodies.face(probability="-0.0001")]),
        lambda r: (r.evidence.boxes[0].probability, len(r.evidence.notes)),
        (0.0, 1),
    ),
    "confidence of the older shape rounded up": (
        bodies.decision_labels(labels=[bodies.decision_label(confidence=Decimal("1000.1"))]),
        lambda r: (r.labels[0].probability, len(r.evidence.notes)),
        (1.0, 1),
    ),
    "code, types and levels as text": (
        bodies.image_v4(code="1100", resultType="1", finalResult="0"),
        lambda r: (r.code, r.succeeded, r.result_type, r.final_result),
        (1100, True, 1, 0),
    ),
    "code of a failure as text": (
        bodies.failed(code="1911", riskLevel=7),
        lambda r: (r.code, r.succeeded, r.risk_level),
        (1911, False, None),
    ),
    "code of a failure as text in the older shape": (
        bodies.decision_labels(code="1903", decision="maybe"),
        lambda r: (r.code, r.succeeded),
        (1903, False),
    ),
    "code as a decimal number": (bodies.image_v4(code=Decimal("1100.0")), lambda r: r.code, 1100),
    "flags, times, levels and profile labels of wrong types": (
        bodies.image_v4(
            tokenLabels={
                "UGC_account_risk": {"b_sexy_risk_tokenid": "yes", "b_sexy_risk_tokenid_last_ts": "soon", "a": True},
                "own": {"b_fake": 3, "b_fake_last_ts": 1, "score": "high"},
            },
            tokenProfileLabels="x",
            tokenRiskLabels=[{"label1": 7, "timestamp": "soon"}, "x", None, {"label1": "a", "timestamp": None}],
            allLabels=[bodies.label(confidenceLevel=7)],
            businessLabels=[{"confidenceLevel": "high"}],
            disposal={"riskLevel": 4},
        ),
        lambda r: sorted(r.evidence.notes),
        [
            "a confidenceLevel in allLabels is not 0, 1 or 2",
            "a confidenceLevel in businessLabels is not 0, 1 or 2",
            "an entry of tokenRiskLabels is a string, not an object; it is not shown",
            "disposal: riskLevel is a number, not a string",
            "tokenLabels: a is neither 0 nor 1; it is not counted",
            "tokenLabels: b_fake is neither 0 nor 1; it is not counted",
            "tokenLabels: b_sexy_risk_tokenid is neither 0 nor 1; it is not counted",
            "tokenProfileLabels is a string, not an array; it is not shown",
            "tokenRiskLabels: a timestamp is not a time in milliseconds",
            "tokenRiskLabels: label1 is a number, not a string",
        ],
    ),
    "exact probability": (
        labels(bodies.label(probability=Decimal("0.250"))),
        lambda r: r.labels[0].probability,
        0.25,
    ),
    "empty description": (bodies.image_v4(riskDescription="::"), lambda r: r.risk_description, "::"),
    "open risk source": (
        labels(bodies.label(riskDetail={"riskSource": 1003})),
        lambda r: r.labels[0].risk_source,
        1003,
    ),
    "normal thrice": (
        bodies.image_v4(riskLevel="PASS", riskLabel1="normal", riskLabel2="normal", riskLabel3="normal"),
        lambda r: r.path,
        LabelPath("normal"),
    ),
    "labels on a PASS": (bodies.image_v4(riskLevel="PASS"), lambda r: len(r.labels), 2),
    "no labels on a PASS": (
        without(bodies.image_v4(riskLevel="PASS"), "riskLabel1", "riskLabel2", "riskLabel3"),
        lambda r: r.path,
        LabelPath("normal"),
    ),
    "only the first label": (
        without(bodies.image_v4(), "riskLabel2", "riskLabel3"),
        lambda r: r.path,
        LabelPath("violence"),
    ),
    "a verdict without labels": (
        without(bodies.image_v4(), "riskLabel1", "riskLabel2", "riskLabel3"),
        lambda r: (r.path, r.evidence.notes),
        (LabelPath(""), ("the verdict names no riskLabel1",)),
    ),
    "no types": (
        without(bodies.image_v4(), "resultType", "finalResult"),
        lambda r: (r.result_type, r.final_result),
        (0, 1),
    ),
    "an id that is its image's alone": (bodies.image_v4(requestId="_a", btId="a"), lambda r: r.request_id, "_a"),
    "null types": (
        bodies.image_v4(resultType=None, finalResult=None),
        lambda r: (r.result_type, r.final_result),
        (0, 1),
    ),
    "empty label": (labels({}, None, bodies.label()), lambda r: len(r.labels), 1),
    "bare label": (
        labels({"riskLabel1": "ad"}),
        lambda r: (r.labels[0].path, r.labels[0].risk_level, r.labels[0].probability, r.labels[0].evidence),
        (LabelPath("ad"), None, None, ()),
    ),
    "unknown groups and fields": (
        bodies.image_v4(riskSource=1002, brandNew={"x": [1]}),
        lambda r: r.raw["brandNew"],
        {"x": [1]},
    ),
    "two digits more than a float": (
        bodies.image_v4(code=1100, allLabels=[], exact=Decimal("0.12345678901234567890")),
        lambda r: r.raw["exact"],
        Decimal("0.12345678901234567890"),
    ),
} | {
    f"{name} is {nothing!r}": (bodies.image_v4(**{name: nothing}), lambda r: r.succeeded, True)
    for name in (
        "riskDetail",
        "auxInfo",
        "allLabels",
        "businessLabels",
        "disposal",
        "tokenLabels",
        "riskDescription",
    )
    for nothing in NOTHING
}


@pytest.mark.parametrize(("body", "look", "expected"), SURVIVED.values(), ids=SURVIVED)
def test_survived(body: Body, look: Callable[[Result], Any], expected: Any) -> None:
    assert look(parse_submission(body).result) == expected


@pytest.mark.parametrize("array", ["faces", "objects", "persons", "matchedLists", "riskSegments", "ocrText"])
@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_in_an_evidence_array_is_no_evidence(array: str, nothing: Any) -> None:
    evidence = parse_submission(detail(**{array: nothing})).result.evidence
    assert (evidence.boxes, evidence.text.spans, evidence.text.unresolved) == ((), (), ())


REFUSED: dict[str, tuple[Body, list[str]]] = {
    "request id an object": (bodies.image_v4(requestId={}), ["/requestId"]),
    "request id a number": (bodies.image_v4(requestId=7), ["/requestId"]),
    "request id empty": (bodies.image_v4(requestId=""), ["/requestId"]),
    "request id too long": (bodies.image_v4(requestId="x" * 129), ["/requestId"]),
    "request id with a line break": (bodies.image_v4(requestId="a\nb"), ["/requestId"]),
    "request id with a C1 control": (bodies.image_v4(requestId="a\x85b"), ["/requestId"]),
    "misspelt request id a number": (without(bodies.image_v4(**{"reques-tId": 7}), "requestId"), ["/reques-tId"]),
    "batch item id an array": (bodies.image_v4(btId=["a"]), ["/btId"]),
    "code a word": (bodies.image_v4(code="success"), ["/code"]),
    "code a fraction": (bodies.image_v4(code="1100.5"), ["/code"]),
    "code true": (bodies.image_v4(code=True), ["/code"]),
    "code beyond 32 bits": (bodies.image_v4(code=2**40), ["/code"]),
    "code null": (bodies.image_v4(code=None), ["/code"]),
    "message a number": (bodies.image_v4(message=3), ["/message"]),
    "risk level a number": (bodies.image_v4(riskLevel=7), ["/riskLevel"]),
    "risk level unknown": (bodies.image_v4(riskLevel="BLOCK"), ["/riskLevel"]),
    "risk level lower case": (bodies.image_v4(riskLevel="pass"), ["/riskLevel"]),
    "risk level empty": (bodies.image_v4(riskLevel=""), ["/riskLevel"]),
    "risk level missing": (without(bodies.image_v4(), "riskLevel"), ["/riskLevel"]),
    "label a number": (bodies.image_v4(riskLabel1=7), ["/riskLabel1"]),
    "label endless": (bodies.image_v4(riskLabel3="x" * 129), ["/riskLabel3"]),
    "result type 5": (bodies.image_v4(resultType=5), ["/resultType"]),
    "result type true": (bodies.image_v4(resultType=True), ["/resultType"]),
    "final result text": (bodies.image_v4(finalResult="x"), ["/finalResult"]),
    "labels text": (bodies.image_v4(allLabels="abc"), ["/allLabels"]),
    "labels an object": (bodies.image_v4(allLabels={"0": {}}), ["/allLabels"]),
    "one label text": (labels(bodies.label(), "abc"), ["/allLabels/1"]),
    "label's risk level": (labels(bodies.label(riskLevel="MAYBE")), ["/allLabels/0/riskLevel"]),
    "label's probability beyond 1": (labels(bodies.label(probability=87)), ["/allLabels/0/probability"]),
    "label's probability of another scale": (labels(bodies.label(probability=1.5)), ["/allLabels/0/probability"]),
    "label's probability below 0": (labels(bodies.label(probability=-0.1)), ["/allLabels/0/probability"]),
    "label's probability a word": (labels(bodies.label(probability="high")), ["/allLabels/0/probability"]),
    "label's face": (
        labels(bodies.label(riskDetail={"faces": [bodies.face(), 3]})),
        ["/allLabels/0/riskDetail/faces/1"],
    ),
    "detail text": (bodies.image_v4(riskDetail="x"), ["/riskDetail"]),
    "count negative": (detail(face_num=-1), ["/riskDetail/face_num"]),
    "count a fraction": (detail(face_num=1.5), ["/riskDetail/face_num"]),
    "count huge": (detail(face_num=Decimal("1e999999999")), ["/riskDetail/face_num"]),
    "recognised text a number": (detail(ocrText={"text": 4}), ["/riskDetail/ocrText/text"]),
    "auxiliary text": (bodies.image_v4(auxInfo="x"), ["/auxInfo"]),
    "account risk text": (
        bodies.image_v4(tokenLabels={"UGC_account_risk": "x"}),
        ["/tokenLabels/UGC_account_risk"],
    ),
    "all at once": (
        {"requestId": {}, "code": "x", "riskLevel": 7, "resultType": 5, "finalResult": "x", "allLabels": "abc"},
        ["/allLabels", "/code", "/finalResult", "/requestId", "/resultType", "/riskLevel"],
    ),
}


@pytest.mark.parametrize(("body", "pointers"), REFUSED.values(), ids=REFUSED)
def test_refused_where_a_reader_would_be_misled(body: Body, pointers: list[str]) -> None:
    with pytest.raises(ContractError) as refused:
        parse_submission(body)
    assert sorted(error.pointer for error in refused.value.errors) == pointers


def test_a_flood_of_errors_and_notes_is_cut() -> None:
    with pytest.raises(ContractError) as refused:
        parse_submission(labels(*["x"] * 5000))
    assert len(refused.value.errors) == 100
    shifted = [bodies.face(id=f"f{n}", location=[n, 0, 500, 500]) for n in range(100)]
    moved = [bodies.face(id=f"f{n}", location=[n, 9, 500, 500]) for n in range(100)]
    assert len(parse_submission(detail(faces=shifted + moved)).result.evidence.notes) == 50


def test_every_part_of_a_pointer_is_escaped() -> None:
    with pytest.raises(ContractError) as refused:
        parse_submission(bodies.image_v4(**{"reques-tId": None}, requestId=None))
    assert [error.pointer for error in refused.value.errors] == ["/requestId"]
