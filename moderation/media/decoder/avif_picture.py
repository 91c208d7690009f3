"""AVIF pictures: still ones through libavif itself, sequences through Pillow."""

from __future__ import annotations

import io
from typing import IO

from PIL import AvifImagePlugin, Image

from moderation.media.decoder.libavif import Decoded
from moderation.media.decoder.picture import Picture
from moderation.media.decoder.pillow_picture import PillowPicture
from moderation.media.decoder.scaling import scale

AvifImagePlugin.DEFAULT_MAX_THREADS = 1
_MOST_PADDING = 30 * 1024 * 1024


def open_avif(file: IO[bytes]) -> Picture:
    data = file.read()
    lacking = _lacking(data)
    if lacking:
        return OddAvif(data + bytes(lacking), incomplete=True)
    try:
        still = StillAvif(data)
    except MemoryError:
        raise
    except Exception:
        return OddAvif(data)  # Pillow wants more of the container than browsers do
    return still if still.frames == 1 else PillowPicture("AVIF", file)


class StillAvif(PillowPicture):
    """Pillow reads the header and the metadata, libavif the pixels."""

    def __init__(self, data: bytes) -> None:
        super().__init__("AVIF", io.BytesIO(data))
        self._data = data

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        return scale(Decoded(self._data).band, self.size, target)


class OddAvif:
    """The first picture of a file that Pillow does not open: without `pixi`, or cut off and filled up with zeros."""

    frames = 1

    def __init__(self, data: bytes, *, incomplete: bool = False) -> None:
        self._decoded = Decoded(data)
        self.size, self.profile = self._decoded.size, self._decoded.profile
        self.orientation = self._decoded.orientation
        self.incomplete = incomplete

    def choose(self, number: int) -> None:
        """There is only one."""

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        return scale(self._decoded.band, self.size, target)


def _lacking(data: bytes) -> int:
    """How many of the bytes that the last box announces are missing."""
    at = 0
    while at + 8 <= len(data):
        length, header = int.from_bytes(data[at : at + 4], "big"), 8
        if length == 1:
            length, header = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if length < header:
            return 0  # to the end of the file, or nonsense
        at += length
    return max(0, at - len(data)) if at <= len(data) + _MOST_PADDING else 0
