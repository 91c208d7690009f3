"""Write text on a canvas, so that the drawn text and the recognised text are the same string."""

from __future__ import annotations

from typing import Literal

from PIL.ImageFont import FreeTypeFont

from demo.pictures.drawing import Canvas
from demo.pictures.fonts import Script, script_of, typeface
from demo.pictures.outlines import Point
from demo.pictures.palettes import Colour, sheer

Anchor = Literal["left", "middle", "right"]
_ANCHORS = {"left": "lm", "middle": "mm", "right": "rm"}


def write(
    canvas: Canvas,
    text: str,
    at: Point,
    size: float,
    fill: Colour,
    *,
    anchor: Anchor = "left",
    bold: bool = False,
    outline: Colour | None = None,
    fit: float | None = None,
    quiet: bool = False,
) -> float:
    """Write one line, vertically centred on `at`. Returns its width in pixels.

    `fit` shrinks the type until the line is no wider. `quiet` keeps the line out of the recognised text. Without a
    typeface for it the line is drawn as a bar and not reported as read.
    """
    face = typeface(text, size * canvas.scale, bold=bold)
    if face is None:
        return _bar(canvas, text, at, size, fill, anchor)
    width = face.getlength(text) / canvas.scale
    if fit is not None and width > fit:
        face = typeface(text, size * canvas.scale * fit / width, bold=bold) or face
        width = fit
    weight = _weight(face, text, bold)
    box = canvas.ink(text, at, face, fill, anchor=_ANCHORS[anchor], weight=weight, outline=outline)
    if not quiet:
        canvas.read(text, [(text, box)])
    return width


def paragraph(
    canvas: Canvas, text: str, at: Point, size: float, fill: Colour, *, width: float, anchor: Anchor = "left"
) -> float:
    """Write text over as many lines as it needs, recognised as one. `at` is the first line. Returns the height.

    Lines are 1.4 sizes apart.
    """
    lines = wrapped(text, size, width)
    face = typeface(text, size * canvas.scale)
    drawn = []
    for place, line in enumerate(lines):
        spot = (at[0], at[1] + 1.4 * size * place)
        if face is None:
            _bar(canvas, line, spot, size, fill, anchor)
            continue
        box = canvas.ink(line, spot, face, fill, anchor=_ANCHORS[anchor], weight=0, outline=None)
        drawn.append((line, box))
    if drawn:
        canvas.read(text, drawn)
    return 1.4 * size * len(lines)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width`, broken at spaces, or anywhere in Chinese."""
    face = typeface(text, size)
    parts = list(text) if script_of(text) is Script.HAN else text.split(" ")
    glue = "" if script_of(text) is Script.HAN else " "
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{glue}{part}" if lines[-1] else part
        if lines[-1] and _width(face, longer, size) > width:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines


def _width(face: FreeTypeFont | None, text: str, size: float) -> float:
    return face.getlength(text) if face else len(text) * size * 0.5


def _weight(face: FreeTypeFont, text: str, bold: bool) -> int:
    """Extra stroke for typefaces that have no bold of their own."""
    return max(1, round(face.size / 40)) if bold and script_of(text) is Script.HAN else 0


def _bar(canvas: Canvas, text: str, at: Point, size: float, fill: Colour, anchor: Anchor) -> float:
    width = len(text) * size * 0.5
    left = at[0] - {"left": 0.0, "middle": width / 2, "right": width}[anchor]
    canvas.slab((left, at[1] - size / 4, left + width, at[1] + size / 4), sheer(fill, 0.4), radius=size / 4)
    return width


def text_width(text: str, size: float) -> float:
    """The width of a line in pixels, estimated where no typeface is found."""
    return _width(typeface(text, size), text, size)


def title(canvas: Canvas, text: str, at: Point, size: float, fill: Colour, *, fit: float | None = None) -> None:
    """A bold line centred on `at`."""
    write(canvas, text, at, size, fill, anchor="middle", bold=True, fit=fit)
