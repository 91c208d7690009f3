from __future__ import annotations

from dataclasses import replace

from moderation.contract.geometry import Outline
from moderation.contract.values import Box, Evidence, Label, LabelPath, RecognisedText, RiskLevel, Span, TextLine
from moderation.engines.join import in_frames, join
from moderation.engines.protocol import Findings

FACE = Box("1", "face", probability=0.8, location=(10, 10, 50, 50))
LABEL = Label(LabelPath("porn"), RiskLevel.REVIEW, probability=0.5, evidence=("1",))
ONE = Findings(labels=(LABEL,), evidence=Evidence(boxes=(FACE,), face_num=1), engine="one", version="1")


def other(box: Box) -> Findings:
    label = Label(LABEL.path, LABEL.risk_level, probability=LABEL.probability, evidence=(box.id,))
    return Findings(labels=(label,), evidence=Evidence(boxes=(box,)), engine="two")


def test_the_same_face_found_twice_is_one_box_with_the_higher_score() -> None:
    joined = join([ONE, other(replace(FACE, id="a", probability=0.9, location=(12, 10, 50, 52)))])
    assert joined.evidence.boxes == (replace(FACE, probability=0.9),)
    assert joined.labels[0].evidence == ("1",)
    assert joined.evidence.face_num == 1


def test_another_face_with_the_same_id_gets_one_of_its_own() -> None:
    joined = join([ONE, other(replace(FACE, location=(200, 10, 250, 60)))])
    assert [box.location for box in joined.evidence.boxes] == [(10, 10, 50, 50), (200, 10, 250, 60)]
    assert len({box.id for box in joined.evidence.boxes}) == 2
    assert joined.labels[0].evidence == tuple(box.id for box in joined.evidence.boxes)
    assert joined.evidence.face_num == 2


def test_codes_with_different_contents_at_one_place_are_two() -> None:
    code = Box("q", "qr", location=(0, 0, 9, 9), qr_content="a")
    joined = join(
        [
            Findings(evidence=Evidence(boxes=(code,))),
            Findings(evidence=Evidence(boxes=(replace(code, qr_content="b"),))),
        ]
    )
    assert [box.qr_content for box in joined.evidence.boxes] == ["a", "b"]


def text(told: str, *spans: Span) -> Findings:
    line = TextLine(0, len(told), told, Outline((0, 0, 9, 9)))
    return Findings(evidence=Evidence(text=RecognisedText(told, spans, lines=(line,))))


def test_texts_stand_below_each_other_with_their_spans_and_lines() -> None:
    joined = join([text("one"), text("quite another", Span(6, 13, "risk", "another"))]).evidence.text
    assert joined.text == "one\nquite another"
    assert [joined.text[span.start : span.end] for span in joined.spans] == ["another"]
    assert [joined.text[line.start : line.end] for line in joined.lines] == ["one", "quite another"]


def test_a_text_that_two_engines_read_is_told_once() -> None:
    assert join([text("add me on telegram"), text("add me on te1egram")]).evidence.text.text == "add me on telegram"


def test_a_type_counts_for_a_picture_when_it_was_looked_for_in_each_frame() -> None:
    first = replace(ONE, checked=frozenset({"EROTIC", "QRCODE"}))
    second = replace(ONE, checked=frozenset({"EROTIC"}))
    joined = in_frames([first, second])
    assert joined.checked == {"EROTIC"}
    assert (joined.engine, joined.version) == ("one", "1")
    assert join([first, second]).checked == {"EROTIC", "QRCODE"}


def test_a_customers_own_verdict_stays_with_one_engine_alone() -> None:
    vendor = replace(ONE, extras={"disposal": {"riskLevel": "PASS"}, "businessLabels": [1]})
    assert join([vendor]).extras == vendor.extras
    assert join([vendor, replace(vendor, engine="two")]).extras == {"businessLabels": [1, 1]}
