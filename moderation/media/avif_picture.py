"""AVIF pictures: still ones through libavif itself, sequences through Pillow."""

from __future__ import annotations

import io
from typing import IO

from PIL import AvifImagePlugin, Image

from moderation.media import libavif
from moderation.media.picture import Picture
from moderation.media.pillow_picture import PillowPicture
from moderation.media.scaling import scale

AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def open_avif(file: IO[bytes]) -> Picture:
    still = StillAvif(file.read())
    return still if still.frames == 1 else PillowPicture("AVIF", file)


class StillAvif(PillowPicture):
    """Pillow reads the header and the metadata, libavif the pixels."""

    def __init__(self, data: bytes) -> None:
        super().__init__("AVIF", io.BytesIO(data))
        self._data = data

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        band = libavif.decode(self._data, self.size[0], alpha=self._image.mode == "RGBA")
        return scale(band, self.size, target)
