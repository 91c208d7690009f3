"""The file forms: turned, moving, see-through."""

from __future__ import annotations

from io import BytesIO
from random import Random

import pytest
from PIL import Image, ImageOps

from demo.pictures.drawing import Canvas, Drawing
from demo.pictures.files import Form, encoded
from demo.pictures.palettes import PALETTES
from demo.scenes.scenes import SCENE


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def _corner_marked() -> Drawing:
    """A red corner at the upper left of a high picture."""
    canvas = Canvas((60, 100), (255, 255, 255))
    canvas.slab((0, 0, 20, 20), (255, 0, 0))
    return canvas.finish()


def test_a_turned_portrait_is_stored_lying_and_shown_upright() -> None:
    stored = _opened(encoded(_corner_marked(), "turned"))
    assert stored.getexif()[0x0112] == 6
    assert stored.size == (100, 60)
    upright = ImageOps.exif_transpose(stored)
    assert upright.size == (60, 100)
    assert upright.getpixel((8, 8)) == pytest.approx((254, 0, 0), abs=8)


def test_an_animation_has_twelve_frames_that_differ() -> None:
    drawing = SCENE["banner"].draw(Random(1), (480, 360), PALETTES[0])
    moving = _opened(encoded(drawing, "gif"))
    assert (moving.format, getattr(moving, "n_frames", 1)) == ("GIF", 12)
    seen = set()
    for frame in range(12):
        moving.seek(frame)
        seen.add(moving.convert("RGB").tobytes())
    assert len(seen) == 12


def test_a_sticker_has_nothing_behind_it() -> None:
    drawing = SCENE["sticker"].draw(Random(1), (400, 400), PALETTES[0])
    for form in ("png", "webp"):
        image = _opened(encoded(drawing, form))
        assert image.mode == "RGBA"
        assert image.getpixel((2, 2))[3] == 0  # type: ignore[index]  # an RGBA pixel is a tuple
        assert image.getpixel((200, 200))[3] == 255  # type: ignore[index]  # likewise


@pytest.mark.parametrize(
    ("form", "format_name"),
    [("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("avif", "AVIF"), ("bmp", "BMP")],
)
def test_a_form_is_what_it_says(form: Form, format_name: str) -> None:
    image = _opened(encoded(_corner_marked(), form))
    assert (image.format, image.size) == (format_name, (60, 100))
