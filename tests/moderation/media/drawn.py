"""Pictures for the tests, drawn or forged here; none is stored."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()

RED, GREEN, BLUE, GREY = (220, 30, 30), (30, 160, 60), (40, 60, 220), (128, 128, 128)
ORIENTATION = 0x0112
TURN_BACK = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is stored when its EXIF says 1 to 8."""


def cornered(size: tuple[int, int] = (96, 64), mode: str = "RGB") -> Image.Image:
    """Upright: red in the top left quarter, green in the top right one, blue in the bottom left, the rest grey."""
    width, height = size
    image = Image.new("RGB", size, GREY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2 - 1, height // 2 - 1), RED)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), BLUE)
    return image.convert(mode)


def stored_turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURN_BACK[orientation]
    return image if turn is None else image.transpose(turn)


def exif(orientation: int) -> bytes:
    """An EXIF block with an orientation, a position, and a script in its description."""
    block = Image.Exif()
    block[ORIENTATION] = orientation
    block[0x010E] = "<script>alert('description')</script>"
    block[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
    return block.tobytes()


def saved(image: Image.Image, picture_format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, picture_format, **options)
    return file.getvalue()


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", interlaced: bool = False
) -> bytes:
    """A PNG of zeros. `colour`: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. `before` goes before IDAT."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = b"\0" * (1 + (width * samples * depth + 7) // 8)
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    chunks = png_chunk(b"IHDR", header) + before + png_chunk(b"IDAT", pixels) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def gif(frames: int, size: tuple[int, int] = (8, 8)) -> bytes:
    """A GIF of many frames, its first pixel red and blue by turns, 18 bytes a frame."""
    header = b"GIF89a" + struct.pack("<HHBBB", *size, 0x80, 0, 0) + bytes(RED) + bytes(BLUE)
    red, blue = (b",\0\0\0\0\1\0\1\0\0\2\2" + code + b"\1\0" for code in (b"\x44", b"\x4c"))
    return header + (red + blue) * (frames // 2) + b";"


def tiff(entries: Iterable[tuple[int, int, int, int]], *, next_directory: int = 0, after: bytes = b"") -> bytes:
    """A little-endian TIFF: at byte 8 one directory of (tag, type, count, value), then `after`."""
    entries = sorted(entries)
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", next_directory) + after
