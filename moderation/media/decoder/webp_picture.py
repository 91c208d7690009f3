"""WebP pictures: still ones through libwebp's own scaling, animated ones through Pillow."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import IO, NamedTuple

from PIL import Image, WebPImagePlugin  # noqa: F401 - the plugin registers itself

from moderation.media.decoder import libwebp
from moderation.media.decoder.picture import Picture, exif_orientation
from moderation.media.decoder.pillow_picture import PillowPicture

_ANIMATED = 0x02  # in the flags of the VP8X chunk
_RIFF_BYTES = 12
_FRAME_HEADER_BYTES = 16


class _Chunk(NamedTuple):
    """`start` and `end` are those of the whole chunk in the file, its padding byte included."""

    name: bytes
    data: bytes
    start: int
    end: int
    whole: bool


def open_webp(file: IO[bytes]) -> Picture:
    data = file.read()
    chunks = list(_chunks(data))
    beside = {chunk.name: chunk.data for chunk in reversed(chunks)}  # the first of each
    if beside.get(b"VP8X", b"\0")[:1] <= b"\0" or not beside[b"VP8X"][0] & _ANIMATED:
        return StillWebp(data, beside)
    if all(chunk.whole for chunk in chunks):
        return AnimatedWebp("WEBP", file)
    return _cut_animation(data, chunks, beside)


def _cut_animation(data: bytes, chunks: list[_Chunk], beside: dict[bytes, bytes]) -> Picture:
    """The complete frames; where not even the first is complete, the part of it that is there."""
    last = chunks[-1]
    if any(chunk.name == b"ANMF" and chunk.whole for chunk in chunks):
        shorter = data[: last.start]
        body = (len(shorter) - 8).to_bytes(4, "little")
        picture = AnimatedWebp("WEBP", io.BytesIO(shorter[:4] + body + shorter[8:]))
        picture.incomplete = True
        return picture
    pixels = last.data[_FRAME_HEADER_BYTES:] if last.name == b"ANMF" else b""
    size = (len(pixels) + 4).to_bytes(4, "little")
    return StillWebp(b"RIFF" + size + b"WEBP" + pixels, beside)


class AnimatedWebp(PillowPicture):
    """See `picture.Picture`."""


class StillWebp:
    """See `picture.Picture`."""

    frames = 1

    def __init__(self, data: bytes, chunks: dict[bytes, bytes]) -> None:
        self._data = data
        self.size = libwebp.size(data)
        self.orientation = exif_orientation(chunks.get(b"EXIF"))
        self.profile = chunks.get(b"ICCP")
        self.incomplete = False

    def choose(self, number: int) -> None:
        """There is only one."""

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        image, whole = libwebp.decode(self._data, target)
        self.incomplete = not whole
        return image


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """The file's chunks. A RIFF chunk is four letters, a length, as many bytes, padded to even."""
    at = _RIFF_BYTES
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length + length % 2
        yield _Chunk(data[at : at + 4], data[at + 8 : at + 8 + length], at, end, at + 8 + length <= len(data))
        at = end
