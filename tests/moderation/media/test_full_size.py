"""The rendition with every pixel: upright, clean, within limits of its own, and never at the cost of the picture."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from moderation.media import child_process, decoder_server, full_size, prepare, store
from moderation.media.full_size import full_size as made
from moderation.media.render import render

from .conftest import Cost
from .drawn import cornered, exif, saved
from .taken_over import taken_over_by

SIZE = (3000, 2000)
SHOWN = (2048, 1365)


def opened(jpeg: bytes | None) -> Image.Image:
    assert jpeg
    return Image.open(io.BytesIO(jpeg))


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "BMP", "AVIF", "HEIF"])
def test_every_pixel_is_there(picture_format: str) -> None:
    """Lines of one pixel, which the web rendition blends into grey."""
    lines = Image.frombytes("L", (SIZE[0], 1), bytes((0, 255)) * (SIZE[0] // 2))
    sheet = lines.resize(SIZE, Image.Resampling.NEAREST).convert("RGB")
    full = opened(made(saved(sheet, picture_format), shown=SHOWN, size=SIZE)).convert("L")
    assert full.size == SIZE
    row = full.crop((1000, 1000, 1100, 1001)).tobytes()
    assert min(abs(one - two) for one, two in pairwise(row)) > 150


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_and_without_metadata(orientation: int) -> None:
    data = saved(cornered(SIZE), "JPEG", exif=exif(orientation))
    size = SIZE if orientation < 5 else SIZE[::-1]
    full = made(data, shown=(1, 1), size=size)
    assert opened(full).size == size
    assert b"Exif" not in (full or b"")


def test_a_picture_that_is_shown_in_full_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder_server.end()
    monkeypatch.setattr(decoder_server, "_COMMAND", ("/nothing",))
    assert made(b"", shown=(800, 600), size=(800, 600)) is None


@pytest.mark.parametrize(
    ("picture_format", "options"),
    [
        ("JPEG", {"quality": 90}),
        ("PNG", {"compress_level": 1}),
        ("WEBP", {"quality": 80, "method": 0}),
        ("AVIF", {"speed": 10}),
    ],
)
def test_the_largest_picture_stays_within_the_limits(
    picture_format: str, options: dict[str, Any], cost: Callable[[], Cost]
) -> None:
    data = saved(cornered((6000, 6000)), picture_format, **options)
    assert opened(made(data, shown=(2048, 2048), size=(6000, 6000))).size == (6000, 6000)
    assert cost().peak_mib <= 480
    assert cost().cpu_seconds <= 4


def test_what_would_cost_too_much_is_left_out_and_the_picture_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """36 transparent megapixels: more than the limit on memory allows."""
    monkeypatch.setattr(store, "put", lambda content, folder: f"{folder}/{len(content)}")
    data = saved(Image.new("RGBA", (6000, 6000), (200, 0, 0, 100)), "PNG", compress_level=1)
    assert made(data, shown=(2048, 2048), size=(6000, 6000)) is None
    picture = prepare._kept(render(data), data)
    assert (picture.width, picture.full) == (6000, "")


@pytest.mark.parametrize("code", ["import time; print('ready', flush=True); time.sleep(60)", "print('ready')"])
@pytest.mark.usefixtures("own_servers")
def test_a_child_that_hangs_or_answers_nonsense_costs_the_detail_alone(
    monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(child_process, "FULL_SIZE_WALL_SECONDS", 1.0)
    taken_over_by(code, monkeypatch)
    assert made(saved(cornered(SIZE), "JPEG"), shown=SHOWN, size=SIZE) is None


def test_one_too_large_to_send_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_size, "MOST_BYTES", 1000)
    assert made(saved(cornered(SIZE), "JPEG"), shown=SHOWN, size=SIZE) is None
