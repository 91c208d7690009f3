"""BMP pictures. Pillow knows a dozen layouts of bit fields; browsers show any."""

from __future__ import annotations

import struct
from typing import IO, Any, NamedTuple

from PIL import BmpImagePlugin, Image, ImageFile, ImageMath  # noqa: F401 - the plugin registers itself

from moderation.media.decoder.picture import Picture
from moderation.media.decoder.pillow_picture import PillowPicture
from moderation.media.display_errors import damaged

_BIT_FIELDS, _WITH_ALPHA = 3, 6
_RAW_MODES = {16: "I;16", 32: "I;32"}
_INFO_HEADER, _V3_HEADER = 40, 56


class Layout(NamedTuple):
    """Where the pixels are and what is in them. `height` is negative when the upper row comes first."""

    width: int
    height: int
    bits: int
    start: int
    masks: tuple[int, ...]


def open_bmp(file: IO[bytes]) -> Picture:
    layout = _layout(file.read(14 + 124 + 12))
    return BitFields(file, layout) if layout else Bmp("BMP", file)


class Bmp(PillowPicture):
    """See `picture.Picture`."""

    def _can_be_partial(self) -> bool:
        return True


class BitFields(Bmp):
    """Pixels as whole numbers of 16 or 32 bits, each level cut out by a mask, band by band."""

    profile = None

    def __init__(self, file: IO[bytes], layout: Layout) -> None:
        self._layout = layout
        self._see_through = False
        super().__init__("BMP", file)

    def _open(self) -> Any:
        layout, size = self._layout, (self._layout.width, abs(self._layout.height))
        image = _Words(self._file, size)
        stride = (layout.width * layout.bits + 31) // 32 * 4
        arguments = (_RAW_MODES[layout.bits], stride, -1 if layout.height > 0 else 1)
        image.tile = [ImageFile._Tile("raw", (0, 0, *size), layout.start, arguments)]
        return image

    def _is_opaque(self) -> bool:
        return False

    def _tones(self) -> tuple[float, float]:
        return (0.0, 1.0)

    def _load(self) -> None:
        super()._load()
        self._see_through = len(self._layout.masks) == 4 and self._layout.masks[3] != 0

    def _band(self, box: tuple[int, int, int, int]) -> Image.Image:
        words = self._image.crop(box)
        masks = self._layout.masks if self._see_through else self._layout.masks[:3]
        return Image.merge("RGBA" if self._see_through else "RGB", [_level(words, mask) for mask in masks])


class _Words(ImageFile.ImageFile):
    """An image of numbers, read from a file whose header was read already."""

    def __init__(self, file: IO[bytes], size: tuple[int, int]) -> None:
        self._header = size
        super().__init__(file)

    def _open(self) -> None:
        self._mode, self._size = "I", self._header


def _level(words: Image.Image, mask: int) -> Image.Image:
    """The value in the bits of `mask`, stretched to 0–255."""
    if not mask:
        return Image.new("L", words.size)
    low = max((mask & -mask).bit_length() - 1, mask.bit_length() - 8)  # of long fields, the eight uppermost bits
    most = mask >> low
    level: Any = ImageMath.lambda_eval(lambda a: ((a["words"] >> low) & most) * 255 / most, words=words)
    shown: Image.Image = level.convert("L")
    return shown


def _layout(head: bytes) -> Layout | None:
    """None for layouts that Pillow reads. Raises Unshowable `damaged` for an invalid header."""
    if len(head) < 54:
        return None
    size, width, height, _planes, bits, compression = struct.unpack_from("<IiiHHI", head, 14)
    if size < _INFO_HEADER or compression not in (_BIT_FIELDS, _WITH_ALPHA) or bits not in _RAW_MODES:
        return None
    count = 4 if size >= _V3_HEADER or compression == _WITH_ALPHA else 3
    if width <= 0 or height == 0 or len(head) < 54 + 4 * count:
        raise damaged()
    (start,) = struct.unpack_from("<I", head, 10)
    return Layout(width, height, bits, start, struct.unpack_from(f"<{count}I", head, 54))
