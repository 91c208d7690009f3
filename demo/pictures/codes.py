"""Draw machine-readable QR and bar codes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from demo.pictures.drawing import Canvas
from demo.pictures.outlines import Point
from demo.pictures.palettes import WHITE, Colour

_QUIET = 4  # white modules around the code, as the standard asks
_BAR_WIDTHS = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")  # EAN digits 0–9
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


@cache
def qr_matrix(content: str) -> tuple[tuple[bool, ...], ...]:
    """The modules of the code, True is dark, without its quiet zone."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(content)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def qr_code(canvas: Canvas, at: Point, side: float, content: str, *, ink: Colour, name: str = "QR code") -> float:
    """Draw a code on its white plate, whose top-left corner is `at`. Returns the plate's real side.

    Modules are whole pixels, so the side is the nearest that fits. The mark is the code without its plate.
    """
    matrix = qr_matrix(content)
    count = len(matrix)
    module = max(2, round(side / (count + 2 * _QUIET)))
    left, top, plate = round(at[0]), round(at[1]), module * (count + 2 * _QUIET)
    canvas.slab((left, top, left + plate, top + plate), WHITE, radius=module)
    picture = Image.new("RGB", (count, count))
    picture.putdata([ink[:3] if dark else WHITE[:3] for row in matrix for dark in row])
    with canvas.seen_as("qr", name, content):
        grown = picture.resize((count * module, count * module), Image.Resampling.NEAREST)
        canvas.stamp(grown, (left + _QUIET * module, top + _QUIET * module))
    return plate


def bar_code(canvas: Canvas, at: Point, size: Point, digits: str, *, name: str = "Linear barcode") -> None:
    """An EAN-13 of the first twelve digits (the thirteenth is computed), with its top-left corner at `at`."""
    (left, top), (width, height) = at, size
    modules = ean_modules(digits)
    with canvas.seen_as("object", name, ean_digits(digits)):
        canvas.slab((left, top, left + width, top + height), WHITE)
        bar = width / (len(modules) + 14)
        for place, dark in enumerate(modules):
            if dark:
                x = left + (place + 7) * bar
                canvas.slab((x, top + 0.08 * height, x + bar, top + 0.92 * height), (20, 20, 24))


def ean_digits(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits[:12]))
    return f"{digits[:12]}{-total % 10}"


def ean_modules(digits: str) -> Sequence[bool]:
    whole = ean_digits(digits)
    left = [_pattern(digit, kind) for digit, kind in zip(whole[1:7], _PARITY[int(whole[0])], strict=True)]
    right = [_pattern(digit, "R") for digit in whole[7:]]
    return [module == "1" for module in "".join(["101", *left, "01010", *right, "101"])]


def _pattern(digit: str, kind: str) -> str:
    widths = _BAR_WIDTHS[int(digit)]
    runs = "".join(("0" if place % 2 == 0 else "1") * int(width) for place, width in enumerate(widths))
    dark_first = runs.translate(str.maketrans("01", "10"))
    return {"L": runs, "R": dark_first, "G": dark_first[::-1]}[kind]
