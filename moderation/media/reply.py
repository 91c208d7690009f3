"""Read and check the reply of the decoder's process.

A reply is one line of JSON, then the renditions' bytes one after the other. The line is a refusal, `{"why"}`, or
`{"width", "height", "orientation", "frames", "incomplete", "frame_numbers": […],
"renditions": [[width, height, bytes], …]}`.
The renditions are preview, blurred, its two lighter steps, thumbnail, and one web rendition for each frame number;
then, where the source has several frames, one frame preview for each. A decoder taken over by a picture can write
anything, so every figure is checked and nothing else is trusted.
"""

from __future__ import annotations

import hashlib
import json

from moderation.media.display_errors import BY_DECODER, WhyCode, damaged
from moderation.media.rendition import Looked, Piece, Rendered, Rendition

HEADER_BYTES = 64 * 1024
FRAMES = 2**32
SIDE = 65_000


def read_reply(reply: bytes, *, sha256: str, picture_format: str, max_frames: int) -> Rendered:
    """Raises Unshowable: the child's own refusal, or `damaged` when the reply is invalid."""
    line, _, body = reply.partition(b"\n")
    try:
        header = json.loads(line[:HEADER_BYTES])
        if "why" in header:
            raise BY_DECODER[WhyCode(header["why"])]()
        numbers = tuple(_whole(number, 0, FRAMES) for number in header["frame_numbers"])
        _require(1 <= len(numbers) <= max_frames)
        frames = _whole(header["frames"], 1, FRAMES)
        preview, blurred, light, medium, thumbnail, *shown = _cut(body, header["renditions"])
        webs, frame_previews = shown[: len(numbers)], shown[len(numbers) :]
        _require(len(webs) == len(numbers) and len(frame_previews) == (len(numbers) if frames > 1 else 0))
        return Rendered(
            sha256=sha256,
            format=picture_format,
            width=_whole(header["width"], 1, SIDE),
            height=_whole(header["height"], 1, SIDE),
            orientation=_whole(header["orientation"], 1, 8),
            frames=frames,
            incomplete=header["incomplete"] is True,
            frame_numbers=numbers,
            web=webs[0],
            preview=preview,
            blurred=blurred,
            blurred_light=light,
            blurred_medium=medium,
            thumbnail=thumbnail,
            frame_webs=tuple(webs) if frames > 1 else (),
            frame_previews=tuple(frame_previews),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as nonsense:
        raise damaged() from nonsense


def read_full_size(reply: bytes, *, size: tuple[int, int]) -> bytes:
    """The JPEG in the reply to `enlarge`, which has one rendition. Raises as `read_reply` does."""
    line, _, body = reply.partition(b"\n")
    try:
        header = json.loads(line[:HEADER_BYTES])
        if "why" in header:
            raise BY_DECODER[WhyCode(header["why"])]()
        (full,) = _cut(body, header["renditions"])
        _require((full.width, full.height) == size)
        return full.data
    except (ValueError, TypeError, KeyError, RecursionError) as nonsense:
        raise damaged() from nonsense


def read_pieces(reply: bytes, *, picture_format: str, max_frames: int) -> Looked:
    """What `machine_pieces` made. Raises as `read_reply` does."""
    line, _, body = reply.partition(b"\n")
    try:
        header = json.loads(line[:HEADER_BYTES])
        if "why" in header:
            raise BY_DECODER[WhyCode(header["why"])]()
        pieces = [_piece(made, *place) for made, place in _placed(_cut(body, header["renditions"]), header["places"])]
        _require(len({piece.frame for piece in pieces}) <= max_frames)
        return Looked(
            format=picture_format,
            width=_whole(header["width"], 1, SIDE),
            height=_whole(header["height"], 1, SIDE),
            frames=_whole(header["frames"], 1, FRAMES),
            is_short=header["is_short"] is True,
            pieces=tuple(pieces),
        )
    except (ValueError, TypeError, KeyError, RecursionError) as nonsense:
        raise damaged() from nonsense


def _placed(made: list[Rendition], places: list[list[int]]) -> zip[tuple[Rendition, list[int]]]:
    return zip(made, places, strict=True)


def _piece(made: Rendition, frame: int, left: int, top: int) -> Piece:
    place = _whole(frame, 0, FRAMES), _whole(left, 0, SIDE), _whole(top, 0, SIDE)
    return Piece(made.data, made.width, made.height, *place)


def _cut(body: bytes, sizes: list[list[int]]) -> list[Rendition]:
    renditions, start = [], 0
    for width, height, length in sizes:
        data = body[start : start + _whole(length, 1, len(body) - start)]
        _require(data.startswith(b"\xff\xd8\xff"))
        renditions.append(_rendition(data, _whole(width, 1, SIDE), _whole(height, 1, SIDE)))
        start += length
    _require(start == len(body))
    return renditions


def _rendition(data: bytes, width: int, height: int) -> Rendition:
    return Rendition(data, width, height, "image/jpeg", hashlib.sha256(data).hexdigest())


def _whole(value: object, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{value!r} is not a whole number from {low} to {high}")
    return value


def _require(holds: bool) -> None:
    if not holds:
        raise ValueError("the reply's parts do not fit together")
