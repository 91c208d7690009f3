"""Drawn codes are the codes."""

from __future__ import annotations

import pytest
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from demo.pictures.codes import bar_code, ean_digits, ean_modules, qr_code
from demo.pictures.drawing import Canvas

_INK = (20, 20, 60)


@pytest.mark.parametrize("content", ["weixin://dl/lucky2026", "https://quickdeal88.example/join?r=5121"])
def test_the_marked_box_holds_exactly_the_modules_of_the_content(content: str) -> None:
    canvas = Canvas((600, 600), (90, 140, 90))
    qr_code(canvas, (41.4, 30.7), 400, content, ink=_INK)
    drawing = canvas.finish()
    (mark,) = drawing.marks
    left, top, right, bottom = mark.box
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(content)
    code.make(fit=True)
    matrix = code.get_matrix()
    module = (right - left) / len(matrix)
    assert module == (bottom - top) / len(matrix) == int(module)
    for row, dark_ones in enumerate(matrix):
        for column, dark in enumerate(dark_ones):
            pixel = drawing.image.getpixel((int(left + (column + 0.5) * module), int(top + (row + 0.5) * module)))
            assert pixel == (_INK if dark else (255, 255, 255))
    assert mark.qr_content == content


def test_a_code_has_its_quiet_zone() -> None:
    canvas = Canvas((600, 600), (90, 140, 90))
    plate = qr_code(canvas, (40, 40), 400, "quiet", ink=_INK)
    left, top, right, bottom = canvas.marks[0].box
    module = (plate - (right - left)) / 8
    assert (left - 40, top - 40) == (4 * module, 4 * module)
    assert 40 + plate - right == 40 + plate - bottom == 4 * module


def test_the_thirteenth_digit_is_the_check_digit() -> None:
    assert ean_digits("400638133393") == "4006381333931"  # the example every description of EAN-13 uses


def test_a_bar_code_has_ninety_five_modules_between_guards() -> None:
    modules = "".join("1" if dark else "0" for dark in ean_modules("400638133393"))
    assert len(modules) == 95
    assert (modules[:3], modules[45:50], modules[-3:]) == ("101", "01010", "101")
    assert modules[3:10] == "0001101"  # 0 as the left odd pattern
    assert modules[10:17] == "0100111"  # 0 as the left even pattern: the first digit 4 asks for it


def test_a_drawn_bar_code_says_its_digits() -> None:
    canvas = Canvas((400, 200), (90, 140, 90))
    bar_code(canvas, (20, 20), (300, 120), "400638133393")
    assert canvas.marks[0].qr_content == "4006381333931"
    assert canvas.marks[0].box == (20, 20, 320, 140)
