"""The colour profile of a PNG: the embedded one, or one made from its gamma and primaries."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

MOST_PROFILE_BYTES = 4 * 1024 * 1024
SRGB_GAMMA = 0.45455
_SRGB_POINTS = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
_D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


def profile(chunks: Mapping[bytes, memoryview]) -> bytes | None:
    """An ICC profile; None where the picture is in sRGB or has no usable colour information."""
    if b"iCCP" in chunks and (found := _embedded(bytes(chunks[b"iCCP"]))):
        return found
    gamma = _hundred_thousandths(chunks.get(b"gAMA"), 1)
    if b"sRGB" in chunks or not gamma or not gamma[0]:
        return None
    points = _hundred_thousandths(chunks.get(b"cHRM"), 8)
    if not points and abs(gamma[0] - SRGB_GAMMA) < 0.0005:
        return None  # near enough
    try:
        return from_gamma(gamma[0], points or _SRGB_POINTS)
    except (ZeroDivisionError, OverflowError, struct.error):
        return None


def _embedded(chunk: bytes) -> bytes | None:
    """The profile inside iCCP; None for a broken one or a decompression bomb."""
    _name, _, packed = chunk.partition(b"\0")
    try:
        stream = zlib.decompressobj()
        found = stream.decompress(packed[1:], MOST_PROFILE_BYTES)
    except zlib.error:
        return None
    return found if stream.eof else None


def _hundred_thousandths(chunk: memoryview | None, count: int) -> Vector:
    if chunk is None or len(chunk) != 4 * count:
        return ()
    return tuple(value / 100_000 for value in struct.unpack(f">{count}I", chunk))


def from_gamma(gamma: float, points: Vector) -> bytes:
    """A display profile: `gamma` as in gAMA (0.45455 for most), and x, y of white, red, green and blue."""
    white, *primaries = (_xyz(*points[at : at + 2]) for at in range(0, 8, 2))
    columns = _transposed(tuple(primaries))
    strengths = _applied(_inverse(columns), white)
    adapted = _adaptation(white)
    colours = [_applied(adapted, tuple(s * part for part in p)) for s, p in zip(strengths, primaries, strict=True)]
    curve = b"para" + bytes(4) + struct.pack(">HHi", 0, 0, _fixed(1 / gamma))
    tags = {b"wtpt": _xyz_tag(_D50), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve}
    tags |= {name: _xyz_tag(colour) for name, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colours, strict=True)}
    return _profile(tags)


def _profile(tags: Mapping[bytes, bytes]) -> bytes:
    at, table, data = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, at + len(data), len(content))
        data += content
    size = at + len(data)
    head = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">iii", *map(_fixed, _D50))
    return head.ljust(128, b"\0") + table + data


def _xyz_tag(values: Vector) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">iii", *map(_fixed, values))


def _fixed(value: float) -> int:
    return round(value * 65_536)


def _xyz(x: float, y: float) -> Vector:
    return (x / y, 1.0, (1 - x - y) / y)


def _adaptation(white: Vector) -> Matrix:
    """From colours seen under `white` to those under D50."""
    seen, wanted = _applied(_BRADFORD, white), _applied(_BRADFORD, _D50)
    scaled = tuple(tuple(part * w / s for part in row) for row, s, w in zip(_BRADFORD, seen, wanted, strict=True))
    back = _inverse(_BRADFORD)
    return tuple(tuple(sum(back[i][k] * scaled[k][j] for k in range(3)) for j in range(3)) for i in range(3))


def _applied(matrix: Matrix, vector: Vector) -> Vector:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def _transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def _inverse(m: Matrix) -> Matrix:
    """The inverse, by cofactors. Raises ZeroDivisionError when there is none."""
    cofactors = tuple(
        tuple(
            m[(j + 1) % 3][(i + 1) % 3] * m[(j + 2) % 3][(i + 2) % 3]
            - m[(j + 1) % 3][(i + 2) % 3] * m[(j + 2) % 3][(i + 1) % 3]
            for j in range(3)
        )
        for i in range(3)
    )
    determinant = sum(m[0][j] * cofactors[j][0] for j in range(3))
    return tuple(tuple(value / determinant for value in row) for row in cofactors)
