"""GIF pictures and animations, as far as their data go."""

from __future__ import annotations

import io
from typing import IO

from PIL import GifImagePlugin, Image  # noqa: F401 - the plugin registers itself

from moderation.media.decoder import shown_rows
from moderation.media.decoder.pillow_picture import PillowPicture

_EXTENSION, _IMAGE, _END = b"!", b",", b";"
_REACH = 7  # rows: the first of four passes has one in eight


def open_gif(file: IO[bytes]) -> GifPicture:
    data = file.read()
    whole = ended(data)
    return GifPicture(io.BytesIO(whole), cut=whole is not data)


class GifPicture(PillowPicture):
    """See `picture.Picture`."""

    def __init__(self, file: IO[bytes], *, cut: bool) -> None:
        super().__init__("GIF", file)
        self.incomplete = cut
        self._chosen = 0

    def choose(self, number: int) -> None:
        self._chosen = number
        super().choose(number)

    def _can_be_partial(self) -> bool:
        return self._chosen == 0

    def _load_what_there_is(self) -> None:
        _bits, is_interlaced, _see_through = self._open().tile[0].args
        super()._load_what_there_is()
        if self._is_see_through():
            self._rows = None
        elif is_interlaced:
            self._fill_between()
        else:
            self._drop_begun_row()

    def _is_see_through(self) -> bool:
        """Pillow fills such a picture with transparency before it decodes: missing rows are transparent already."""
        return "transparency" in self._image.info

    def _drop_begun_row(self) -> None:
        first, last = self._rows or (0, 0)
        self._rows = (first, last if self._is_whole(last - 1) else last - 1)

    def _fill_between(self) -> None:
        """In an interlaced picture that ends early, repeat each decoded row over the missing rows below it."""
        image, known = self._image, -1
        for row in range(image.height):
            if self._is_whole(row):
                known = row
            elif 0 <= known >= row - _REACH:
                image.paste(image.crop((0, known, image.width, known + 1)), (0, row))
        self._rows = (0, min(known + _REACH + 1, image.height))

    def _is_whole(self, row: int) -> bool:
        return not shown_rows.is_untouched(self._image, row, row + 1, left=self._image.width - 1)


def ended(data: bytes) -> bytes:
    """The same bytes when they are complete; else the complete part of them, properly terminated."""
    at = 13 + _palette_bytes(data[10:11])
    while at < len(data):
        kind = data[at : at + 1]
        if kind == _END:
            return data
        if kind == _EXTENSION:
            at, lacking = _past_blocks(data, at + 2)
        elif kind == _IMAGE:
            at, lacking = _past_blocks(data, at + 11 + _palette_bytes(data[at + 9 : at + 10]))
        else:
            at, lacking = at + 1, -1  # decoders look for the next block
        if lacking >= 0:
            return _cut(data, at, lacking)
    return data if at == len(data) else data[:at]


def _past_blocks(data: bytes, at: int) -> tuple[int, int]:
    """Where the blocks that begin here end, and -1; or where the last one begins, and how many bytes it has."""
    while at < len(data):
        length = data[at]
        if at + 1 + length > len(data):
            return at, len(data) - at - 1
        at += 1 + length
        if not length:
            return at, -1
    return at, 0


def _cut(data: bytes, at: int, has: int) -> bytes:
    return data[:at] + (bytes((has,)) + data[at + 1 :] if has else b"") + b"\0" + _END


def _palette_bytes(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0
