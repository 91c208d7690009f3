"""Complete the compressed stream of a PNG that is cut off or damaged, and count how many rows are real."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from itertools import chain, repeat

from moderation.media.decoder.png_chunks import Header

PIECE_BYTES = 64 * 1024
_LAST_FILTER = 4
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Of an interlaced PNG: the first column and row, and the steps to the next."""

Steps = tuple[int, int]
STEPS: tuple[Steps, ...] = ((0, 0), (8, 8), (4, 8), (4, 4), (2, 4), (2, 2), (1, 2), (1, 1))
"""From pixel to pixel across and down, after none, one, … of the passes."""
NOWHERE, EVERYWHERE = STEPS[0], STEPS[-1]


class SoundStream:
    """A complete zlib stream, made as it is read; missing bytes are zeros. `inflated` counts the real ones.

    A row with an unknown filter counts as missing, and all rows after it.
    """

    def __init__(self, parts: Iterable[memoryview], header: Header) -> None:
        self._pieces = self._stored(parts, pixel_bytes(header))
        self._rows = _row_lengths(header)
        self._next_row = 0  # where it starts
        self.inflated = 0

    def read(self, _size: int) -> bytes:
        return next(filter(None, self._pieces), b"")

    def _stored(self, parts: Iterable[memoryview], length: int) -> Iterator[bytes]:
        packer = zlib.compressobj(0)
        for piece in _inflated(parts):
            sound = self._sound(piece[: length - self.inflated])
            self.inflated += len(sound)
            yield packer.compress(sound)
            if len(sound) < len(piece):
                break
        for start in range(self.inflated, length, PIECE_BYTES):
            yield packer.compress(bytes(min(PIECE_BYTES, length - start)))
        yield packer.flush()

    def _sound(self, piece: bytes) -> bytes:
        """The part of the piece before an unknown filter."""
        while (at := self._next_row - self.inflated) < len(piece):
            if piece[at] > _LAST_FILTER:
                return piece[:at]
            self._next_row += next(self._rows, len(piece))
        return piece


def _row_lengths(header: Header) -> Iterator[int]:
    return chain.from_iterable(repeat(length, rows) for _, rows, length in _passes(header) if rows)


def _inflated(parts: Iterable[memoryview]) -> Iterator[bytes]:
    """All bytes that can be inflated before the stream ends or is damaged."""
    stream = zlib.decompressobj()
    for part in parts:
        for start in range(0, len(part), PIECE_BYTES):
            fresh, last_good = bytes(part[start : start + PIECE_BYTES]), stream.copy()
            try:
                while fresh:
                    yield stream.decompress(fresh, PIECE_BYTES)
                    fresh, last_good = stream.unconsumed_tail, stream.copy()
            except zlib.error:
                yield from _byte_by_byte(last_good, fresh)
                return


def _byte_by_byte(stream: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """Inflate byte by byte, up to the byte that is wrong."""
    try:
        for at in range(len(data)):
            yield stream.decompress(data[at : at + 1])
    except zlib.error:
        return


def pixel_bytes(header: Header) -> int:
    """How long the inflated pixels are."""
    return sum(rows * length for _, rows, length in _passes(header))


def rows_reached(header: Header, inflated: int) -> tuple[Steps, int]:
    """The steps between decoded pixels everywhere, and how many of the upper rows have one more pass.

    For a picture that is not interlaced, the number of decoded rows.
    """
    if not header.interlaced:
        return EVERYWHERE, min(inflated // ((header.width * header.pixel_bits + 7) // 8 + 1), header.height)
    for done, ((_, _, _, down), rows, length) in enumerate(_passes(header)):
        if inflated < rows * length:
            return STEPS[done], inflated // length * down
        inflated -= rows * length
    return EVERYWHERE, header.height


def _passes(header: Header) -> Iterator[tuple[tuple[int, int, int, int], int, int]]:
    """Each pass with its number of rows and the bytes of one."""
    for steps in _PASSES if header.interlaced else ((0, 0, 1, 1),):
        left, top, across, down = steps
        columns, rows = -(-(header.width - left) // across), -(-(header.height - top) // down)
        if columns > 0 and rows > 0:
            yield steps, rows, 1 + (columns * header.pixel_bits + 7) // 8
        else:
            yield steps, 0, 0
