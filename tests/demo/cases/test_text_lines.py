"""The text of the drawn pictures: every line with its place, and every marked word on the picture."""

from __future__ import annotations

import json

import pytest
from PIL import ImageChops

from demo.cases.bodies import DemoCase, cases
from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.fonts import typeface
from demo.pictures.lettering import paragraph, write
from moderation.contract import json_text, parse_submission
from moderation.contract.values import Result

INK = (0, 0, 0)
TEXTS = ("Who is in for Sunday?", "加我微信 xiaoli_888", "تواصل معي على واتساب 0555")


@pytest.fixture(scope="module")
def drawn() -> list[tuple[DemoCase, Result]]:
    found = [case for case in cases(photographs=False, count=44) if case.result.get("riskDetail", {}).get("ocrText")]
    return [(case, _read(case)) for case in found]


def _read(case: DemoCase) -> Result:
    return parse_submission(json_text.loads(json.dumps(case.envelope("http://host.test")).encode())).result


def test_every_line_is_read_where_it_stands(drawn: list[tuple[DemoCase, Result]]) -> None:
    assert len(drawn) > 15
    for case, result in drawn:
        sent = case.result["riskDetail"]["ocrText"]
        assert len(result.evidence.text.lines) == len(sent["lines"]) > 0, case.name
        assert all(sent["text"].startswith(line["text"], line["start"]) for line in sent["lines"])


def test_every_marked_word_has_its_box(drawn: list[tuple[DemoCase, Result]]) -> None:
    spans = [(case.name, span) for case, result in drawn for span in result.evidence.text.spans]
    assert len(spans) > 15
    assert [(name, span.word) for name, span in spans if not span.evidence] == []


def ink(drawing: Drawing) -> tuple[int, int, int, int]:
    """Where anything is drawn."""
    blank = Canvas(drawing.image.size, (255, 255, 255)).finish().image
    found = ImageChops.difference(drawing.image, blank).getbbox()
    assert found
    return found


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("anchor", ["left", "middle", "right"])
def test_a_line_has_the_place_of_its_letters(text: str, anchor: str) -> None:
    if typeface(text, 40) is None:
        pytest.skip("this machine has no typeface for it")
    canvas = Canvas((1200, 200), (255, 255, 255))
    write(canvas, text, (600, 100), 40, INK, anchor=anchor)  # type: ignore[arg-type] # one of the three
    drawing = canvas.finish()
    (line,) = drawing.lines
    assert (line.text, line.start) == (text, 0)
    assert max(abs(told - seen) for told, seen in zip(line.box, ink(drawing), strict=True)) <= 3


def test_a_paragraph_has_a_place_for_each_of_its_lines() -> None:
    canvas = Canvas((600, 400), (255, 255, 255))
    write(canvas, "Title", (300, 30), 30, INK)
    paragraph(canvas, "one two three four five six seven", (20, 100), 40, INK, width=300)
    lines = canvas.finish().lines
    assert len(lines) > 2
    text = canvas.finish().text
    assert all(text.startswith(line.text, line.start) for line in lines)
    assert [line.box[1] for line in lines] == sorted(line.box[1] for line in lines)
