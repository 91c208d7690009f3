"""From an opened picture to the renditions people see: upright, in sRGB, opaque, without a word of metadata."""

from __future__ import annotations

import io
from math import sqrt
from typing import Any

from PIL import Image, ImageFilter

from moderation.media.colour import in_srgb, on_checkerboard
from moderation.media.picture import PIXELS, SIDE, Picture
from moderation.media.unshowable import too_many_pixels

WEB_SIDE = 2048
QUALITY = 82
LONG_ASPECT = 3.0
"""Beyond this ratio of its sides a picture is read by scrolling along it, and has the room of the next three."""
LONG_SHORT_SIDE = 1080
LONG_PIXELS = 8_000_000
LONG_SIDE = 16_000
THUMBNAIL_BOX = (192, 144)
PREVIEW_BOX = (64, 64)
PREVIEW_BLUR = 5.0
"""Standard deviation in preview pixels: what is finer than an eighth of the picture is gone for good."""
ANIMATION_PIXELS = 100_000_000
"""How much of an animation is decoded: a frame needs all frames before it, and time is short."""

Rendition = tuple[int, int, bytes]
"""Width and height in pixels, and the JPEG."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def develop(picture: Picture, max_frames: int) -> tuple[dict[str, Any], list[Rendition]]:
    """The figures of a `reply`, and its renditions: preview, thumbnail, one web rendition for each frame number.

    Raises Unshowable `too-many-pixels`, MemoryError, and whatever a decoder raises for damaged data.
    """
    width, height = _upright_size(picture)
    frames, orientation = picture.frames, picture.orientation
    numbers = sampled(frames, width * height, max_frames)
    picture.choose(0)
    first = _upright(picture)
    webs = [_encoded(first), *_later_webs(picture, numbers[1:])]
    figures = {"width": width, "height": height, "orientation": orientation, "frames": frames}
    return figures | {"frame_numbers": numbers[: len(webs)]}, [_preview(first), _thumbnail(first), *webs]


def sampled(frames: int, pixels: int, max_frames: int) -> list[int]:
    """Which of `frames` frames of `pixels` pixels to show: the first, and others evenly as far as time reaches."""
    reach = max(1, min(frames, ANIMATION_PIXELS // pixels))
    count = min(max_frames, reach)
    return [nth * reach // count for nth in range(count)]


def web_size(width: int, height: int) -> tuple[int, int]:
    """The size of the web rendition of an upright picture, in pixels; never larger than the picture."""
    short, long = sorted((width, height))
    if long <= short * LONG_ASPECT:
        scale = min(1.0, WEB_SIDE / long)
    else:
        scale = min(1.0, LONG_SHORT_SIDE / short, sqrt(LONG_PIXELS / (short * long)), LONG_SIDE / long)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _later_webs(picture: Picture, numbers: list[int]) -> list[Rendition]:
    webs = []
    try:
        for number in numbers:
            picture.choose(number)
            webs.append(_encoded(_upright(picture)))
    except MemoryError:
        return webs  # laying frames over each other takes far more than the first: show what there is room for
    return webs


def _upright_size(picture: Picture) -> tuple[int, int]:
    width, height = picture.size
    if width * height > PIXELS or max(width, height) > SIDE:
        raise too_many_pixels()
    return (height, width) if picture.orientation >= 5 else (width, height)


def _upright(picture: Picture) -> Image.Image:
    """The chosen frame at the size of its web rendition, as people see it."""
    orientation = picture.orientation  # a TIFF forgets it when it is decoded
    target = web_size(*_upright_size(picture))
    image = picture.scaled(target[::-1] if orientation >= 5 else target)
    image = in_srgb(image, picture.profile)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    return on_checkerboard(image)


def _preview(web: Image.Image) -> Rendition:
    small = web.copy()
    small.thumbnail(PREVIEW_BOX)
    return _encoded(small.filter(ImageFilter.GaussianBlur(PREVIEW_BLUR)))


def _thumbnail(web: Image.Image) -> Rendition:
    small = web.copy()
    small.thumbnail(THUMBNAIL_BOX)
    return _encoded(small)


def _encoded(image: Image.Image) -> Rendition:
    image.info.clear()  # the writer would copy a comment from here
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=QUALITY)
    return image.width, image.height, jpeg.getvalue()
