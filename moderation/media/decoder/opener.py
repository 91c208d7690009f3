"""Load the one decoder that a picture's format needs, and make sure that no other is ever loaded."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import IO

from PIL import Image

from moderation.media.decoder.picture import PIXELS, Picture
from moderation.media.decoder.pillow_picture import JpegPicture, PillowPicture, TiffPicture

Opener = Callable[[IO[bytes]], Picture]

_OWN_MODULES = {
    "HEIF": ("heif_picture", "HeifPicture"),
    "AVIF": ("avif_picture", "open_avif"),
    "WEBP": ("webp_picture", "open_webp"),
    "PNG": ("png_picture", "open_png"),
    "GIF": ("gif_picture", "open_gif"),
    "BMP": ("bmp_picture", "open_bmp"),
}


def opener(picture_format: str) -> Opener:
    """The function that opens pictures of this format, a name from `signatures`. All modules it needs are imported."""
    opens = _opener(picture_format)
    import_module("PIL.JpegImagePlugin")  # writes the renditions
    Image._initialized = 2  # else Pillow's open() and save() would load every plugin there is
    Image.MAX_IMAGE_PIXELS = PIXELS // 2  # an error at twice this: catches frames larger than their picture says
    warnings.simplefilter("ignore")  # they are not read, and hostile pictures cause thousands
    return opens


def _opener(picture_format: str) -> Opener:
    if picture_format in _OWN_MODULES:
        module, opens = _OWN_MODULES[picture_format]
        found: Opener = getattr(import_module(f"moderation.media.decoder.{module}"), opens)
        return found
    import_module(f"PIL.{picture_format.title()}ImagePlugin")
    kinds: dict[str, type[PillowPicture]] = {"JPEG": JpegPicture, "TIFF": TiffPicture}
    return partial(kinds[picture_format], picture_format)
