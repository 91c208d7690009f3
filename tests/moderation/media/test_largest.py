"""The contract's largest pictures, 6000 × 6000, are shown within the memory limit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from moderation.media.render import render

from .conftest import Cost
from .drawn import cornered, png, saved
from .test_upright import assert_upright

SIDE = 6000


@pytest.mark.parametrize(
    ("picture_format", "mode", "options"),
    [
        ("PNG", "RGBA", {"compress_level": 1}),
        ("JPEG", "CMYK", {}),
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("WEBP", "RGBA", {"lossless": True, "quality": 0, "method": 0}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("AVIF", "RGBA", {"speed": 10, "subsampling": "4:4:4"}),
    ],
)
def test_the_largest_picture_is_shown(
    picture_format: str, mode: str, options: dict[str, object], cost: Callable[[], Cost]
) -> None:
    rendered = render(saved(cornered((SIDE, SIDE), mode), picture_format, **options))
    assert (rendered.width, rendered.height) == (SIDE, SIDE)
    assert_upright(rendered.web)
    assert cost().peak_mib <= 300


def test_the_largest_16_bit_png_is_shown(cost: Callable[[], Cost]) -> None:
    assert render(png(SIDE, SIDE, depth=16, colour=6)).web.width == 2048
    assert cost().peak_mib <= 300
