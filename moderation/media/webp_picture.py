"""WebP pictures: still ones through libwebp's own scaling, animated ones through Pillow."""

from __future__ import annotations

from typing import IO

from PIL import Image, WebPImagePlugin  # noqa: F401 - the plugin registers itself

from moderation.media import libwebp
from moderation.media.picture import Picture, exif_orientation
from moderation.media.pillow_picture import PillowPicture

_ANIMATED = 0x02  # in the flags of the VP8X chunk


def open_webp(file: IO[bytes]) -> Picture:
    data = file.read()
    chunks = _chunks(data)
    if chunks.get(b"VP8X", b"\0")[0] & _ANIMATED:
        return PillowPicture("WEBP", file)
    return StillWebp(data, chunks)


class StillWebp:
    """See `picture.Picture`."""

    frames = 1

    def __init__(self, data: bytes, chunks: dict[bytes, bytes]) -> None:
        self._data = data
        self.size = libwebp.size(data)
        self.orientation = exif_orientation(chunks.get(b"EXIF"))
        self.profile = chunks.get(b"ICCP")

    def choose(self, number: int) -> None:
        """There is only one."""

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        return libwebp.decode(self._data, target)


def _chunks(data: bytes) -> dict[bytes, bytes]:
    """What stands beside the pixels. A RIFF chunk is four letters, a length, as many bytes, padded to even."""
    chunks: dict[bytes, bytes] = {}
    at = 12
    while at + 8 < len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name in (b"VP8X", b"EXIF", b"ICCP"):
            chunks.setdefault(name, data[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    return chunks
