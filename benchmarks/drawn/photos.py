"""Test pictures like phone photographs: drawn scenes of twelve megapixels with sensor noise, so that their files are as
large as photographs. Their web renditions are about 560 kB.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from random import Random

from PIL import Image, ImageChops

from demo.pictures.palettes import PALETTES
from demo.scenes import gatherings, indoors, outdoors, tables, town

TWELVE_MEGAPIXELS = (4000, 3000)
GRAIN = 8  # standard deviation, in steps of brightness
SCENES = (
    *(outdoors.beach, outdoors.park, outdoors.playground, town.street, town.square),
    *(gatherings.group, gatherings.concert, gatherings.stadium, indoors.market, tables.toys),
)


def photos(count: int, size: tuple[int, int] = TWELVE_MEGAPIXELS) -> Iterator[bytes]:
    """JPEGs, all different: copies of one picture would be decided together."""
    drawn = [_drawn(number, size) for number in range(min(count, len(SCENES)))]
    for number in range(count):
        yield _with_comment(drawn[number % len(drawn)], f"photo {number}")


def _drawn(number: int, size: tuple[int, int]) -> bytes:
    seed = Random(number)  # noqa: S311 - the same scene in every run
    scene = SCENES[number](seed, size, PALETTES[number % len(PALETTES)]).image.convert("RGB")
    grain = Image.effect_noise((size[0] // 2, size[1] // 2), GRAIN).resize(size, Image.Resampling.BICUBIC)
    taken = ImageChops.add(scene, Image.merge("RGB", (grain, grain, grain)), scale=1, offset=-128)
    file = io.BytesIO()
    taken.save(file, "JPEG", quality=88)
    return file.getvalue()


def _with_comment(jpeg: bytes, comment: str) -> bytes:
    text = comment.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]
