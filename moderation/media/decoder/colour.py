"""Bring a picture's colours to sRGB and lay it on a ground, so that every screen shows the same thing."""

from __future__ import annotations

import io
from math import ceil

from PIL import Image

SQUARE = 8
LIGHT, LIGHTER = 224, 255


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in L, RGB or RGBA, in sRGB. A profile that is broken or meant for another mode is ignored."""
    converted = _through(profile, image) if profile else None
    if converted is not None:
        return converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _through(profile: bytes, image: Image.Image) -> Image.Image | None:
    from PIL import ImageCms  # imported here: most pictures have no profile and do not need it

    if profile[16:20] == b"RGB " and image.mode == "L":
        image = image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def on_checkerboard(image: Image.Image) -> Image.Image:
    """Lay transparent parts on a light checkerboard, as editors do; opaque pictures are returned unchanged."""
    if image.mode != "RGBA":
        return image
    ground = _checkerboard(image.size).convert("RGB")
    ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return ground


def _checkerboard(size: tuple[int, int]) -> Image.Image:
    columns, rows = (ceil(side / SQUARE / 2) for side in size)
    pair = bytes((LIGHTER, LIGHT)) * columns
    small = Image.frombytes("L", (columns * 2, rows * 2), (pair + pair[::-1]) * rows)
    return small.resize((columns * 2 * SQUARE, rows * 2 * SQUARE), Image.Resampling.NEAREST).crop((0, 0, *size))
