"""Cut an opened picture into what a machine looks at: frames of an animation, tiles of a long picture, every pixel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moderation.media.decoder.develop import LONG_ASPECT, Rendition, encoded, upright, upright_size
from moderation.media.decoder.picture import Picture
from moderation.media.decoder.sampling import ANIMATION_PIXELS, Patience
from moderation.media.rendition import LARGEST_SIDE, SMALLEST_SIDE

QUALITY = 90
TILE_SIDE = 1_024
"""A tile is at least so long, and at least twice as long as it is wide."""
OVERLAP = 8  # a tile overlaps the next one by this part of its length, so that no face is cut in both
UNTIL_SECONDS = 2.8

Place = tuple[int, int, int]
"""The number of a frame; how far its tile is from the left and from the top."""


def machine_pieces(picture: Picture, *, interval: int, max_frames: int) -> tuple[dict[str, Any], list[Rendition]]:
    """The figures of a reply, and the pieces in the order of its `places`. Raises as `develop` does for the first
    frame; later ones that cannot be decoded, or not in time, are left out and the reply `is_short`.
    """
    width, height = upright_size(picture)
    figures: dict[str, Any] = {"width": width, "height": height, "frames": picture.frames}
    if not SMALLEST_SIDE <= min(width, height) <= max(width, height) <= LARGEST_SIDE:
        return figures | {"is_short": True, "places": []}, []
    numbers = chosen(picture.frames, interval, max_frames)
    places: list[Place] = []
    pieces: list[Rendition] = []
    for place, piece in _pieces(picture, [number for number in numbers if _is_near(number, width * height)]):
        places.append(place)
        pieces.append(piece)
    is_short = len({number for number, *_ in places}) < len(numbers)
    return figures | {"is_short": is_short, "places": places}, pieces


def chosen(frames: int, interval: int, max_frames: int) -> list[int]:
    """Every `interval`th of so many frames; where those are too many, as many as may be, evenly."""
    numbers = list(range(0, frames, interval)) if frames // interval <= max_frames else []
    if 0 < len(numbers) <= max_frames:
        return numbers
    return [nth * frames // max_frames for nth in range(max_frames)]


def tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of each; of a picture that is not long the whole."""
    short, long = sorted((width, height))
    if long <= short * LONG_ASPECT or long <= TILE_SIDE:
        return [(0, 0, width, height)]
    side = max(TILE_SIDE, 2 * short)
    step = side - side // OVERLAP
    starts = [*range(0, long - side, step), max(0, long - side)]
    if height > width:
        return [(0, start, width, min(start + side, height)) for start in starts]
    return [(start, 0, min(start + side, width), height) for start in starts]


def _is_near(number: int, pixels: int) -> bool:
    """Whether the frames up to this one can be decoded in the time there is: each needs all before it."""
    return number == 0 or (number + 1) * pixels <= ANIMATION_PIXELS


def _pieces(picture: Picture, numbers: list[int]) -> Iterator[tuple[Place, Rendition]]:
    patience = Patience(UNTIL_SECONDS)
    for number in numbers:
        if number and not patience.lasts():
            return
        try:
            yield from _frame(picture, number)
        except Exception:
            if number == 0:
                raise
            return  # decoders raise any exception for damaged data


def _frame(picture: Picture, number: int) -> list[tuple[Place, Rendition]]:
    picture.choose(number)
    width, height = upright_size(picture)
    image = upright(picture, max(width, height), whole=True)
    found = []
    for box in tiles(*image.size):
        piece = image if box == (0, 0, *image.size) else image.crop(box)
        found.append(((number, box[0], box[1]), encoded(piece, QUALITY)))
    return found
