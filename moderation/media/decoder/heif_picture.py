"""HEIF and HEIC pictures, read in place from libheif's pixels: a Pillow image would be a second copy."""

from __future__ import annotations

from typing import IO, Any

import pillow_heif
from PIL import Image

from moderation.media.decoder.scaling import Band, readable, scale

pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.options.DECODE_THREADS = 0


class HeifPicture:
    """See `picture.Picture`. Its frames are the file's pictures (a burst, say), the primary one first."""

    incomplete = False
    orientation = 1  # libheif turns the pixels itself, as the container says; EXIF is not to turn them again

    def __init__(self, file: IO[bytes]) -> None:
        pictures = pillow_heif.open_heif(file, convert_hdr_to_8bit=True, remove_stride=False)
        first = pictures.primary_index
        self._pictures = [pictures[first], *(other for nth, other in enumerate(pictures) if nth != first)]
        self.choose(0)

    @property
    def size(self) -> tuple[int, int]:
        return self._chosen.size

    @property
    def profile(self) -> bytes | None:
        info: dict[str, Any] = self._chosen.info
        return info.get("icc_profile")

    @property
    def frames(self) -> int:
        return len(self._pictures)

    def choose(self, number: int) -> None:
        self._chosen = self._pictures[number]

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        band = _band_of(self._chosen.data, self._chosen.mode, self.size, self._chosen.stride)
        return scale(band, self.size, target)


def _band_of(pixels: bytes, mode: str, size: tuple[int, int], stride: int) -> Band:
    view = memoryview(pixels)

    def band(top: int, bottom: int) -> Image.Image:
        rows = bytes(view[top * stride : bottom * stride])
        return readable(Image.frombytes(mode, (size[0], bottom - top), rows, "raw", mode, stride, 1))

    return band
