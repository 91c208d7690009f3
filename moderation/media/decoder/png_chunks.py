"""Read a PNG's chunks as browsers do, and make a valid PNG of the chunks that browsers use.

Pillow refuses a picture whose animation is broken or declared twice, or that has a damaged text chunk; browsers ignore
those parts and show the rest.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Per pixel, by colour type."""
_ONCE = (b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"eXIf", b"acTL")
_MOST_FRAMES = 2**31 - 1
_CONTROL_BYTES = 26


class Chunk(NamedTuple):
    name: bytes
    data: memoryview
    whole: bool


class Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filter: int
    interlaced: int

    @property
    def pixel_bits(self) -> int:
        return self.depth * SAMPLES.get(self.colour, 1)


@dataclass(slots=True)
class Frame:
    """One frame of an animation: its fcTL and the pixels of its fdAT, or of IDAT."""

    control: bytes
    parts: list[memoryview] = field(default_factory=list)
    is_default: bool = False


@dataclass(slots=True)
class Contents:
    """The chunks that are used. `once`: chunks of which only the first is used; `ends`: the file is not cut off."""

    header: Header
    once: dict[bytes, memoryview]
    pixels: list[memoryview]
    frames: list[Frame]
    ends: bool

    def still(self) -> io.BytesIO:
        """The picture without its animation."""
        return _written(self, [(b"IDAT", part) for part in self.pixels])

    def animation(self) -> io.BytesIO:
        """The frames that can be used, numbered anew. A default image that is no frame is left blank."""
        control = (b"acTL", struct.pack(">II", len(self.frames), 0))
        number, chunks = 0, [control]
        if not self.frames[0].is_default:
            chunks.append((b"IDAT", blank(self.header)))
        for frame in self.frames:
            chunks.append((b"fcTL", struct.pack(">I", number) + frame.control[4:]))
            number += 1
            for part in frame.parts:
                data = bytes(part) if frame.is_default else struct.pack(">I", number) + part
                chunks.append((b"IDAT" if frame.is_default else b"fdAT", data))
                number += not frame.is_default
        return _written(self, chunks)


def contents(data: memoryview) -> Contents:
    """Raises ValueError when there is no usable header."""
    once: dict[bytes, memoryview] = {}
    pixels: list[memoryview] = []
    frames: list[Frame] = []
    ends, usable, number = False, True, 0
    for name, content, whole in _chunks(data):
        ends = name == b"IEND"
        if name == b"IDAT":
            pixels.append(content)
            if frames and frames[0].is_default and len(frames) == 1:
                frames[0].parts.append(content)
        elif name in _ONCE and whole and not pixels:
            once.setdefault(name, content)
        elif name in (b"fcTL", b"fdAT") and b"acTL" in once and usable:
            usable = whole and content[:4] == struct.pack(">I", number) and _take(name, content, pixels, frames, once)
            number += 1
    header = Header(*struct.unpack(">IIBBBBB", once[b"IHDR"])) if len(once.get(b"IHDR", b"")) == 13 else None
    if header is None or header.colour not in SAMPLES:
        raise ValueError("a PNG without a header")
    found = [frame for frame in frames if frame.parts][: _claimed(once)]
    return Contents(header, once, pixels, found, ends and usable and bool(found) >= bool(_claimed(once)))


def _take(
    name: bytes, content: memoryview, pixels: list[memoryview], frames: list[Frame], once: dict[bytes, memoryview]
) -> bool:
    """Whether a chunk of the animation fits those before it; the first that does not fit and all later are ignored."""
    if name == b"fdAT":
        if not frames or not pixels:
            return False
        frames[-1].parts.append(content[4:])
        return True
    if len(content) != _CONTROL_BYTES or not _lies_inside(content, once.get(b"IHDR", memoryview(b""))):
        return False
    frames.append(Frame(bytes(content), is_default=not pixels))
    return True


def _lies_inside(control: memoryview, header: memoryview) -> bool:
    if len(header) < 8:
        return False
    width, height, left, top = (int(side) for side in struct.unpack_from(">IIII", control, 4))
    across, down = (int(side) for side in struct.unpack_from(">II", header))
    return 0 < width <= across - left and 0 < height <= down - top


def _claimed(once: dict[bytes, memoryview]) -> int:
    control = once.get(b"acTL", memoryview(b""))
    frames = struct.unpack_from(">I", control)[0] if len(control) == 8 else 0
    return frames if 0 < frames <= _MOST_FRAMES else 0


def _chunks(data: memoryview) -> Iterator[Chunk]:
    """Every chunk up to IEND, or to where the file ends or has no chunk; the last may be cut short."""
    at = len(SIGNATURE)
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8])
        if not name.isalpha():
            return
        content = data[at + 8 : at + 8 + length]
        yield Chunk(name, content, len(content) == length)
        if name == b"IEND":
            return
        at += 12 + length


def _written(kept: Contents, chunks: Sequence[tuple[bytes, bytes | memoryview]]) -> io.BytesIO:
    file = io.BytesIO()
    file.write(SIGNATURE)
    before: list[tuple[bytes, bytes | memoryview]] = [
        (name, kept.once[name]) for name in (b"IHDR", b"PLTE") if name in kept.once
    ]
    if b"tRNS" in kept.once and kept.header.depth != 16:  # Pillow would compare it with eight bits of sixteen
        before.append((b"tRNS", kept.once[b"tRNS"]))
    for name, data in (*before, *chunks, (b"IEND", b"")):
        file.write(struct.pack(">I", len(data)) + name)
        file.write(data)
        file.write(struct.pack(">I", zlib.crc32(data, zlib.crc32(name))))
    file.seek(0)
    return file


def blank(header: Header) -> bytes:
    """Compressed pixels of zeros."""
    packer, row = zlib.compressobj(1), bytes(1 + (header.width * header.pixel_bits + 7) // 8)
    rows = header.height if not header.interlaced else header.height * 2 + 8
    return b"".join(packer.compress(row) for _ in range(rows)) + packer.flush()
