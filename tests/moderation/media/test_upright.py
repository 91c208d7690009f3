"""Whatever turn a file carries, people see it upright and boxes are drawn in the upright picture's pixels."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from moderation.media.render import Rendition, render

from .drawn import BLUE, GREEN, GREY, ORIENTATION, RED, cornered, exif, saved, stored_turned


def corners(rendition: Rendition) -> list[tuple[int, int, int]]:
    """The colours in the middle of each quarter, row by row."""
    image = Image.open(io.BytesIO(rendition.data)).convert("RGB")
    assert image.size == (rendition.width, rendition.height)
    places = [
        (x, y) for y in (image.height // 4, image.height * 3 // 4) for x in (image.width // 4, image.width * 3 // 4)
    ]
    return [image.getpixel(place) for place in places]  # type: ignore[misc]  # an RGB picture has three bands


def assert_upright(rendition: Rendition, tolerance: int = 24) -> None:
    for seen, drawn in zip(corners(rendition), (RED, GREEN, BLUE, GREY), strict=True):
        assert max(abs(one - other) for one, other in zip(seen, drawn, strict=True)) <= tolerance, corners(rendition)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_every_turn_ends_upright(picture_format: str, orientation: int) -> None:
    stored = stored_turned(cornered(), orientation)
    turn = {"tiffinfo": {ORIENTATION: orientation}} if picture_format == "TIFF" else {"exif": exif(orientation)}
    rendered = render(saved(stored, picture_format, **turn))
    assert (rendered.format, rendered.width, rendered.height) == (picture_format, 96, 64)
    assert rendered.orientation == (1 if picture_format == "HEIF" else orientation)
    assert_upright(rendered.web)
    assert_upright(rendered.thumbnail)


def test_a_large_turned_jpeg_is_upright_in_original_pixels() -> None:
    data = saved(stored_turned(cornered((4801, 2403)), 6), "JPEG", exif=exif(6))
    rendered = render(data)
    assert (rendered.width, rendered.height) == (4801, 2403)
    assert (rendered.web.width, rendered.web.height) == (2048, 1025)
    assert_upright(rendered.web)


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_a_turn_that_does_not_exist_is_no_turn(orientation: int) -> None:
    rendered = render(saved(cornered(), "JPEG", exif=exif(orientation)))
    assert rendered.orientation == 1
    assert_upright(rendered.web)
