"""Load the one decoder that a picture's format needs, and make sure that no other is ever loaded."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import IO

from PIL import Image

from moderation.media.picture import PIXELS, Picture
from moderation.media.pillow_picture import JpegPicture, PillowPicture, TiffPicture

Opener = Callable[[IO[bytes]], Picture]


def opener(picture_format: str) -> Opener:
    """What opens pictures of this format, a name from `signatures`. All that it takes is imported here."""
    opens = _opener(picture_format)
    import_module("PIL.JpegImagePlugin")  # writes the renditions
    Image._initialized = 2  # else Pillow's open() and save() would load every plugin there is
    Image.MAX_IMAGE_PIXELS = PIXELS // 2  # an error at twice this: catches frames larger than their picture says
    warnings.simplefilter("ignore")  # nobody reads them, and hostile pictures bring thousands
    return opens


def _opener(picture_format: str) -> Opener:
    if picture_format == "HEIF":
        from moderation.media.heif_picture import HeifPicture

        return HeifPicture
    if picture_format == "AVIF":
        from moderation.media.avif_picture import open_avif

        return open_avif
    if picture_format == "WEBP":
        from moderation.media.webp_picture import open_webp

        return open_webp
    import_module(f"PIL.{picture_format.title()}ImagePlugin")
    kinds: dict[str, type[PillowPicture]] = {"JPEG": JpegPicture, "TIFF": TiffPicture}
    return partial(kinds.get(picture_format, PillowPicture), picture_format)
