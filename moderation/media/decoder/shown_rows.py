"""Find which rows of a picture that ends early were decoded, and make the others transparent, as browsers do."""

from __future__ import annotations

from typing import Any

from PIL import Image, _imaging

UNTOUCHED: dict[str, Any] = {"RGB": (3, 251, 7), "RGBA": (3, 251, 7, 5), "RGBX": (3, 251, 7, 5), "CMYK": (3, 251, 7, 5)}
"""The value a picture is filled with before decoding; rows that still consist of it were not decoded."""
UNTOUCHED_LEVEL = 173
BAND_ROWS = 64

Rows = tuple[int, int]
"""The first decoded row and the one after the last."""


def filled(mode: str, size: tuple[int, int]) -> Any:
    """An empty picture, filled so that `decoded` can find later which rows were written."""
    return _imaging.fill(mode, size, _mark(mode))


def decoded(image: Image.Image) -> Rows:
    """The rows that were decoded: decoders begin at one end, BMP's at the lower one. Equal numbers when none was."""
    bottom = image.height - _untouched(image, from_below=True)
    return (_untouched(image, from_below=False) if bottom else 0, bottom)


def is_untouched(image: Image.Image, top: int, bottom: int, *, left: int = 0) -> bool:
    """Whether nothing was written to these rows, from column `left` on."""
    mark = _mark(image.mode)
    extrema = image.crop((left, top, image.width, bottom)).getextrema()
    ranges: Any = extrema if isinstance(mark, tuple) else (extrema,)
    levels = mark if isinstance(mark, tuple) else (mark,)
    return all(tuple(span) == (level, level) for span, level in zip(ranges, levels, strict=False))


def cut_out(part: Image.Image, top: int, rows: Rows) -> Image.Image:
    """A band that begins at row `top`, in RGBa, everything outside `rows` transparent."""
    if part.mode != "RGBa":
        part = part.convert("RGB").convert("RGBA").convert("RGBa")
    first, last = (min(max(row - top, 0), part.height) for row in rows)
    shown = Image.new("RGBa", part.size)
    if first < last:
        shown.paste(part.crop((0, first, part.width, last)), (0, first))
    return shown


def _untouched(image: Image.Image, *, from_below: bool) -> int:
    """How many rows at one end were not decoded: counted by bands, then by rows."""
    count = 0
    for step in (BAND_ROWS, 1):
        while count < image.height:
            rows = min(step, image.height - count)
            top = image.height - count - rows if from_below else count
            if not is_untouched(image, top, top + rows):
                break
            count += rows
    return count


def _mark(mode: str) -> Any:
    return UNTOUCHED.get(mode, UNTOUCHED_LEVEL)
