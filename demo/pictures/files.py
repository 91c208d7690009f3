"""Encode drawings as picture files."""

from __future__ import annotations

from io import BytesIO
from typing import Literal

from PIL import Image

from demo.pictures.drawing import Drawing

Form = Literal["jpg", "turned", "png", "webp", "gif", "avif", "bmp"]
_ORIENTATION = 0x0112  # the EXIF tag
_TURN_RIGHT = 6  # stored lying on its left side; shown after a quarter turn to the right
_FRAME_MS = 120

SUFFIXES: dict[Form, str] = {"turned": "jpg"}


def encoded(drawing: Drawing, form: Form) -> bytes:
    """The picture in one of the forms the detection service accepts; `turned` is a JPEG with EXIF orientation 6."""
    out = BytesIO()
    if form == "gif":
        _animation(drawing, out)
    elif form == "turned":
        exif = Image.Exif()
        exif[_ORIENTATION] = _TURN_RIGHT
        lying = drawing.image.transpose(Image.Transpose.ROTATE_90)
        lying.save(out, "JPEG", quality=84, exif=exif)
    elif form == "jpg":
        drawing.image.convert("RGB").save(out, "JPEG", quality=84)
    elif form == "png":
        drawing.image.save(out, "PNG", compress_level=4)
    elif form == "webp":
        drawing.image.save(out, "WEBP", quality=82, method=2)
    elif form == "avif":
        drawing.image.save(out, "AVIF", quality=70, speed=9)
    else:
        drawing.image.save(out, "BMP")
    return out.getvalue()


def _animation(drawing: Drawing, out: BytesIO) -> None:
    """All frames share the first one's palette: a palette per frame would flicker."""
    first = drawing.frames[0].quantize(128, dither=Image.Dither.NONE)
    rest = [frame.quantize(palette=first, dither=Image.Dither.NONE) for frame in drawing.frames[1:]]
    first.save(out, "GIF", save_all=True, append_images=rest, duration=_FRAME_MS, loop=0)
