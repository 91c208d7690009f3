"""What a machine is shown of a picture."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from PIL import Image

from moderation.media.decoder.machine_pieces import chosen, tiles
from moderation.media.render import look

from .drawn import cornered, exif, saved, stored_turned


@pytest.mark.parametrize(
    ("frames", "interval", "most", "numbers"),
    [
        (1, 1, 3, [0]),
        (1, 9, 1, [0]),
        (3, 1, 3, [0, 1, 2]),
        (4, 1, 3, [0, 1, 2]),
        (50, 1, 3, [0, 16, 33]),
        (7, 2, 3, [0, 2, 4]),
        (6, 2, 3, [0, 2, 4]),
        (9, 3, 20, [0, 3, 6]),
        (2**32 - 1, 1, 2, [0, 2**31 - 1]),
        (2**32 - 1, 2**31 - 1, 20, [0, 2**31 - 1, 2**32 - 2]),
    ],
)
def test_which_frames(frames: int, interval: int, most: int, numbers: list[int]) -> None:
    assert chosen(frames, interval, most) == numbers


def test_no_more_frames_than_asked_for_and_the_first_always() -> None:
    for frames in range(1, 60):
        for interval in (1, 2, 3, 7, 100):
            for most in (1, 2, 3, 20):
                numbers = chosen(frames, interval, most)
                assert numbers[0] == 0
                assert numbers == sorted(set(numbers))
                assert len(numbers) <= most
                assert numbers[-1] < frames


@pytest.mark.parametrize("size", [(6000, 20), (20, 6000), (3001, 1000), (1000, 3001), (341, 1025), (100, 2000)])
def test_tiles_cover_a_long_picture_and_overlap(size: tuple[int, int]) -> None:
    found = tiles(*size)
    assert len(found) > 1
    width, height = size
    down = height > width
    edges = [(box[1], box[3]) if down else (box[0], box[2]) for box in found]
    assert (edges[0][0], edges[-1][1]) == (0, max(size))
    assert all(start < end_before for (_, end_before), (start, _) in pairwise(edges))
    assert all(box[2] - box[0] == width if down else box[3] - box[1] == height for box in found)


@pytest.mark.parametrize("size", [(20, 20), (6000, 6000), (3000, 1000), (300, 1000), (60, 1000)])
def test_others_are_one_piece(size: tuple[int, int]) -> None:
    assert tiles(*size) == [(0, 0, *size)]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF"])
def test_every_format_comes_with_all_its_pixels(kind: str) -> None:
    found = look(saved(cornered((300, 200)), kind), interval=1, max_frames=3)
    (piece,) = found.pieces
    assert (found.width, found.height, piece.width, piece.height) == (300, 200, 300, 200)
    red, green, _ = Image.open(io.BytesIO(piece.data)).getpixel((20, 20))  # type: ignore[misc]
    assert (red > 180, green < 80) == (True, True)


def test_turned_pictures_come_upright() -> None:
    data = saved(stored_turned(cornered((300, 200)), 6), "JPEG", exif=exif(6))
    (piece,) = look(data, interval=1, max_frames=1).pieces
    assert (piece.width, piece.height) == (300, 200)
    assert b"script" not in piece.data
