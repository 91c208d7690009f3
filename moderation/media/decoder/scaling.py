"""Shrink a large picture band by band, so that it is never in memory twice at full size."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PIL import Image

BAND_PIXELS = 1_000_000
"""Most pixels converted at once: 4 MB for each copy."""


Band = Callable[[int, int], Image.Image]
"""The rows of a picture from `top` (even) to before `bottom`."""


def scale(
    band: Band,
    size: tuple[float, float],
    target: tuple[int, int],
    resampling: Image.Resampling = Image.Resampling.LANCZOS,
) -> Image.Image:
    """The picture of `size`, given by its bands, resampled to `target`, which is no larger.

    `size` may end inside the last pixel (a JPEG decoded at half size), so that boxes drawn on the result fit.
    """
    width, height = ceil(size[0]), ceil(size[1])
    factor = max(1, min(width // target[0], height // target[1]))
    rows = 2 * factor * max(1, BAND_PIXELS // (2 * factor * width))
    reduced: Image.Image | None = None
    for top in range(0, height, rows):
        part = band(top, min(top + rows, height))
        part = part.reduce(factor) if factor > 1 else part
        if reduced is None:
            reduced = Image.new(part.mode, (ceil(width / factor), ceil(height / factor)))
        reduced.paste(part, (0, top // factor))
    assert reduced is not None  # noqa: S101 - a picture has at least one row
    box = (0.0, 0.0, size[0] / factor, size[1] / factor)
    resized = reduced if box[2:] == reduced.size == target else reduced.resize(target, resampling, box=box)
    return resized.convert("RGBA") if resized.mode == "RGBa" else resized


def readable(part: Image.Image, tones: tuple[float, float] = (0.0, 1.0)) -> Image.Image:
    """The same pixels in a mode in which neighbours can be averaged: L, RGB, CMYK, or RGBa (alpha multiplied in).

    `tones` are the darkest and the brightest value of a picture with more than 8 bits in its one channel.
    """
    if part.mode in ("I", "F") or part.mode.startswith("I;16"):
        return _eight_bit(part, *tones)
    if part.mode in ("L", "RGB", "CMYK", "RGBa") and not part.has_transparency_data:
        return part
    if part.mode == "La":
        part = part.convert("LA")
    if part.has_transparency_data:
        return part.convert("RGBA").convert("RGBa")
    return part.convert("L" if part.mode == "1" else "RGB")


def _eight_bit(part: Image.Image, darkest: float, brightest: float) -> Image.Image:
    gain = 255.0 / max(brightest - darkest, 1e-9)
    wide = part if part.mode == "F" else part.convert("I")
    return wide.point(lambda value: value * gain + -darkest * gain).convert("L")
