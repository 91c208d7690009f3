from __future__ import annotations

from dataclasses import replace

from moderation.contract.geometry import Outline
from moderation.contract.values import Box, Evidence, Label, LabelPath, RecognisedText, RiskLevel, Span, TextLine
from moderation.engines.join import in_frames, join
from moderation.engines.protocol import Findings
from moderation.engines.sound import sound
from tests.moderation.engines.asked import ask, frame

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


def test_a_text_that_two_engines_read_alike_is_told_once() -> None:
    joined = join([text("add me\non Telegram"), text("Add me  on telegram")]).evidence.text
    assert joined.text == "add me\non Telegram"


def test_a_word_that_is_part_of_another_there_is_told_too() -> None:
    assert join([text("viper"), text("vip")]).evidence.text.text == "viper\nvip"


def test_of_the_same_text_the_one_with_places_is_told() -> None:
    bare = Findings(evidence=Evidence(text=RecognisedText("hello")))
    assert join([bare, text("hello")]).evidence.text == text("hello").evidence.text


def test_a_text_that_two_engines_read_almost_alike_is_told_twice_for_the_word_lists() -> None:
    joined = join([text("add me on te1egram"), text("add me on telegram")]).evidence.text
    assert joined.text == "add me on te1egram\nadd me on telegram"
    assert [joined.text[line.start : line.end] for line in joined.lines] == ["add me on te1egram", "add me on telegram"]


def lines(*told: str) -> Findings:
    starts = [len("\n".join(told[:place])) + bool(place) for place in range(len(told))]
    found = tuple(TextLine(at, at + len(one), one, Outline((0, 0, 9, 9))) for at, one in zip(starts, told, strict=True))
    return Findings(evidence=Evidence(text=RecognisedText("\n".join(told), lines=found)))


def test_of_a_frame_that_reads_almost_like_the_last_only_what_is_new_is_told_with_its_neighbours() -> None:
    """A word may go over the end of a line."""
    first = lines("top", "free", "money", "here", "bottom", "end")
    joined = join([first, lines("top", "free", "m0ney", "here", "bottom", "end"), first]).evidence.text
    assert joined.text == "top\nfree\nmoney\nhere\nbottom\nend\nfree\nm0ney\nhere"
    assert [joined.text[line.start : line.end] for line in joined.lines] == joined.text.split("\n")


def test_known_lines_in_another_order_are_told_again() -> None:
    joined = join([lines("buy", "cheap"), lines("cheap", "buy"), lines("cheap", "buy")]).evidence.text
    assert joined.text == "buy\ncheap\ncheap\nbuy"


def test_a_picture_of_many_frames_has_no_more_lines_than_an_engine_may_tell() -> None:
    frames = [lines(*(f"frame {number} line {line}" for line in range(60))) for number in range(20)]
    joined = join(frames)
    assert len(joined.evidence.text.lines) == 1_000
    assert joined.evidence.text.text.count("\n") == 1_199
    assert sound(joined, frames=[frame()], ask=ask()).evidence.text.text == joined.evidence.text.text


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


def test_a_customers_own_verdict_stays_beside_an_engine_that_found_nothing() -> None:
    vendor = replace(ONE, extras={"disposal": {"riskLevel": "REVIEW"}})
    nothing = Findings(engine="two")
    assert join([vendor, nothing]).extras == join([nothing, vendor]).extras == vendor.extras
    doubts = replace(nothing, verdict=Label(LabelPath("porn"), RiskLevel.REVIEW))
    for other in (replace(ONE, engine="two"), doubts):
        assert join([vendor, other]).extras == join([other, vendor]).extras == {}
