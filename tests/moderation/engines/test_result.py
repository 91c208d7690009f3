"""The body that is written, read back by the contract's own parser."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.contract import json_text
from moderation.contract.geometry import Outline
from moderation.contract.parse import parse_submission
from moderation.contract.values import (
    Box,
    Evidence,
    Label,
    LabelPath,
    RecognisedText,
    Result,
    RiskLevel,
    Span,
    TextLine,
    UnresolvedWord,
)
from moderation.engines.join import join
from moderation.engines.protocol import Findings
from moderation.engines.result import v4_result
from moderation.messages import LedgerCode, Message

LINE = TextLine(0, 9, "add wx 12", Outline((10, 10, 100, 30), probability=0.9))
TURNED = TextLine(10, 15, "hello", Outline.of((0, 50, 50, 40, 50, 60, 0, 70), is_turned=True))
TEXT = RecognisedText("add wx 12\nhello", spans=(Span(4, 6, "list", "wx", "contacts"),), lines=(LINE, TURNED))
FACE = Box("face-1", "face", probability=0.9, location=(1, 2, 30, 40))
CODE = Box("qr-1", "qr", "qrcode", location=(50, 50, 80, 80), qr_content="https://x.example")
PORN = Label(LabelPath("porn", "nudity", "bare"), RiskLevel.REVIEW, "Porn", 0.71, 1, 1002, ("face-1",))
FOUND = Findings(
    labels=(PORN,), evidence=Evidence(boxes=(FACE, CODE), text=TEXT, face_num=1), engine="embedded", version="1"
)


def read(found: Findings, **more: Any) -> Result:
    body = v4_result(join([found]), request_id="r1", **more)
    return parse_submission(json_text.loads(json_text.dumps(body).encode())).result


def test_labels_boxes_and_text_come_back_as_they_were() -> None:
    result = read(FOUND)
    assert result.labels == FOUND.labels
    assert result.evidence.boxes[:2] == (FACE, CODE)
    assert result.evidence.text.lines == TEXT.lines
    (span,) = result.evidence.text.spans
    assert replace(span, evidence=()) == TEXT.spans[0]
    assert [box.name for box in result.evidence.boxes if box.id in span.evidence] == ["wx"]
    assert (result.evidence.faces, result.evidence.notes) == (1, ())


def test_words_without_a_place_in_the_text_come_back_too() -> None:
    lost = UnresolvedWord("risk", "gone", "", (90, 94))
    text = RecognisedText("some text", unresolved=(lost,))
    assert read(replace(FOUND, evidence=Evidence(text=text))).evidence.text.unresolved == (lost,)


def test_the_body_names_the_engine_of_every_finding() -> None:
    body = v4_result(join([FOUND]), request_id="r1", not_checked=["POLITY"])
    assert body["auxInfo"]["engines"] == ["embedded/1"]
    assert body["auxInfo"]["notChecked"] == ["POLITY"]
    assert body["allLabels"][0]["engine"] == "embedded/1"
    assert {box["engine"] for box in (*body["riskDetail"]["faces"], *body["riskDetail"]["objects"])} == {"embedded/1"}
    assert body["auxInfo"]["qrContent"] == "https://x.example"


def test_a_face_says_how_much_of_the_picture_it_takes() -> None:
    body = v4_result(FOUND, request_id="r1", size=(100, 100))
    assert body["riskDetail"]["faces"][0]["face_ratio"] == pytest.approx(29 * 38 / 10_000)


def test_nothing_found_is_a_pass_as_the_contract_writes_it() -> None:
    body = v4_result(Findings(engine="embedded"), request_id="r1")
    told = [body[name] for name in ("riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")]
    assert told == ["PASS", "normal", "", "", "Normal"]
    assert body["riskDetail"] == {"riskSource": 1000}


def test_more_faces_than_the_contract_has_are_the_surest() -> None:
    faces = tuple(Box(f"f{n}", "face", probability=n / 20, location=(n, 0, n + 1, 1)) for n in range(15))
    body = v4_result(replace(FOUND, evidence=Evidence(boxes=faces, face_num=15)), request_id="r1")
    assert [box["id"] for box in body["riskDetail"]["faces"]] == [f"f{n}" for n in range(5, 15)]
    assert body["riskDetail"]["face_num"] == 15


@pytest.mark.parametrize("floor", [RiskLevel.REVIEW, RiskLevel.REJECT])
def test_the_verdict_is_no_milder_than_asked(floor: RiskLevel) -> None:
    assert read(Findings(engine="x"), at_least=floor).risk_level == floor
    assert read(Findings(engine="x"), at_least=floor).path.risk_label1 == "unnamed"


def test_an_engine_of_the_chain_that_failed_makes_it_a_review() -> None:
    lost = (Message(LedgerCode.ENGINE_ENDED, engine="other"),)
    assert read(replace(FOUND, labels=(), failed=lost)).risk_level == RiskLevel.REVIEW
    rejected = replace(FOUND, labels=(replace(PORN, risk_level=RiskLevel.REJECT),), failed=lost)
    assert read(rejected).risk_level == RiskLevel.REJECT


def test_the_engines_own_verdict_stands_over_its_labels() -> None:
    harmless = Label(LabelPath("normal"), RiskLevel.PASS)
    assert read(replace(FOUND, verdict=harmless)).risk_level == RiskLevel.PASS
    assert read(replace(FOUND, labels=(), verdict=PORN)).path == PORN.path


LEVELS = st.sampled_from([*RiskLevel, None])
# "normal" in any spelling is no label: the contract reads it as "nothing found", whatever stands below it.
NAMES = st.text(string.ascii_letters + "中文_", min_size=1, max_size=8).filter(lambda name: name.lower() != "normal")
SIDES = st.integers(0, 90)
BOXES = st.builds(
    lambda name, kind, x, y, p: Box(name, kind, "", p, (x, y, x + 5, y + 5)),
    NAMES, st.sampled_from(["face", "person", "object"]), SIDES, SIDES, st.none() | st.floats(0, 1),
)  # fmt: skip
LABELS = st.builds(Label, st.builds(LabelPath, NAMES, NAMES), LEVELS, NAMES, st.none() | st.floats(0, 1))
ANY = st.builds(
    lambda labels, boxes, text, engine: Findings(
        labels=tuple(labels), evidence=Evidence(boxes=tuple(boxes), text=RecognisedText(text)), engine=engine
    ),
    st.lists(LABELS, max_size=5, unique_by=lambda one: str(one.path)),
    st.lists(BOXES, max_size=8, unique_by=lambda one: one.id),
    st.text(string.ascii_letters + " 中文𝒳é", max_size=30),
    st.sampled_from(["a", "b"]),
)


@given(st.lists(ANY, min_size=1, max_size=4))
def test_whatever_engines_find_together_the_contract_reads(parts: list[Findings]) -> None:
    joined = join(parts)
    body = v4_result(joined, request_id="r1")
    result = parse_submission(json_text.loads(json_text.dumps(body).encode())).result
    assert {one.path for one in result.labels} == {one.path for part in parts for one in part.labels}
    for label in result.labels:
        told = [one for part in parts for one in part.labels if one.path == label.path]
        best = max((one.probability or 0.0 for one in told), default=0.0)
        assert label.probability is None or label.probability == pytest.approx(best, abs=1e-6)
    rejected = any(one.risk_level is RiskLevel.REJECT for part in parts for one in part.labels)
    assert not rejected or result.risk_level is RiskLevel.REJECT
    assert result.risk_level is not None
