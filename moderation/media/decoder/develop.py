"""Make the renditions that people see from an opened picture: upright, in sRGB, opaque, without metadata."""

from __future__ import annotations

import io
from math import sqrt
from typing import Any

from PIL import Image, ImageFilter

from moderation.media.decoder.colour import in_srgb, on_checkerboard
from moderation.media.decoder.picture import PIXELS, SIDE, Picture
from moderation.media.decoder.sampling import Patience, sampled
from moderation.media.display_errors import too_many_pixels

WEB_SIDE = 2048
FRAME_SIDE = 1280
"""Smaller for frames after the first: twenty large ones would take the time and the memory of twenty pictures."""
QUALITY = 82
LONG_ASPECT = 3.0
"""A picture with a larger ratio of its sides is read by scrolling; the next three limits apply to it instead."""
LONG_SHORT_SIDE = 1080
LONG_PIXELS = 8_000_000
LONG_SIDE = 16_000
THUMBNAIL_BOX = (480, 360)  # of lists, and of a tile of the grid, which people judge
PREVIEW_BOX = (64, 64)
PREVIEW_BLUR = 5.0
"""Standard deviation in preview pixels: detail finer than an eighth of the picture is lost irrecoverably."""
BLURRED_BOX = (40, 40)
BLURRED_BLUR = 4.0
BLURRED_QUALITY = 50
BLUR_LADDER = ((0.01, 200), (0.026, 80))
"""Light and medium: the standard deviation as a share of the picture's width, and the copy's width in pixels. That of a
panorama counts as if it were 4:3. What each step keeps is measured in docs/blur.md."""
BLUR_SIDE = 2000
BLUR_QUALITY = 75
FRAME_PREVIEW_BOX = (96, 72)
FRAME_PREVIEW_QUALITY = 70
"""About 2 kB each: a strip of twenty weighs no more than a small picture."""

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
    """The figures of a `reply`, and its renditions in the order that `reply` documents.

    Raises Unshowable `too-many-pixels`, MemoryError, and whatever a decoder raises for damaged data.
    """
    width, height = upright_size(picture)
    frames, orientation = picture.frames, picture.orientation
    numbers = sampled(frames, width * height, max_frames)
    picture.choose(0)
    first = upright(picture, WEB_SIDE)
    later, broken = _later_frames(picture, numbers[1:])
    shown = [(encoded(first), _frame_preview(first)), *later]
    webs, frame_previews = ([rendition[part] for rendition in shown] for part in (0, 1))
    figures: dict[str, Any] = {"width": width, "height": height, "orientation": orientation, "frames": frames}
    figures["incomplete"] = picture.incomplete or broken
    blurred = [_blurred(first), *(_softened(first, *step) for step in BLUR_LADDER)]
    renditions = [_preview(first), *blurred, _thumbnail(first), *webs, *(frame_previews if frames > 1 else ())]
    return figures | {"frame_numbers": numbers[: len(webs)]}, renditions


def enlarge(picture: Picture) -> tuple[dict[str, Any], list[Rendition]]:
    """The first frame with every pixel it has. Raises as `develop` does."""
    width, height = upright_size(picture)
    picture.choose(0)
    return {"width": width, "height": height}, [encoded(upright(picture, max(width, height), whole=True))]


def web_size(width: int, height: int, most: int = WEB_SIDE) -> tuple[int, int]:
    """The size of the web rendition of an upright picture, in pixels; never larger than the picture.

    Its longer side is at most `most`, unless the picture is a long one.
    """
    short, long = sorted((width, height))
    if long <= short * LONG_ASPECT:
        scale = min(1.0, most / long)
    else:
        scale = min(1.0, LONG_SHORT_SIDE / short, sqrt(LONG_PIXELS / (short * long)), LONG_SIDE / long)
    return max(1, int(width * scale)), max(1, int(height * scale))


def _later_frames(picture: Picture, numbers: list[int]) -> tuple[list[tuple[Rendition, Rendition]], bool]:
    """Web rendition and preview of each frame, or of fewer when time or memory runs out or data are damaged.

    The bool is True when data were damaged.
    """
    shown: list[tuple[Rendition, Rendition]] = []
    patience = Patience()
    try:
        for number in numbers:
            if not patience.lasts():
                break
            picture.choose(number)
            frame = upright(picture, FRAME_SIDE)
            shown.append((encoded(frame), _frame_preview(frame)))
    except MemoryError:
        return shown, False  # compositing frames takes far more memory than the first frame: return what fitted
    except Exception:
        return shown, True  # decoders raise any exception for damaged data
    return shown, False


def upright_size(picture: Picture) -> tuple[int, int]:
    width, height = picture.size
    if width * height > PIXELS or max(width, height) > SIDE:
        raise too_many_pixels()
    return (height, width) if picture.orientation >= 5 else (width, height)


def upright(picture: Picture, most: int, *, whole: bool = False) -> Image.Image:
    """The chosen frame at the size of its web rendition, or with every pixel, as people see it."""
    orientation = picture.orientation  # a TIFF forgets it when it is decoded
    size = upright_size(picture)
    target = size if whole else web_size(*size, most)
    image = picture.scaled(target[::-1] if orientation >= 5 else target)
    image = in_srgb(image, picture.profile)
    if orientation in _TURNS:
        image = image.transpose(_TURNS[orientation])
    return on_checkerboard(image)


def _preview(web: Image.Image) -> Rendition:
    small = web.copy()
    small.thumbnail(PREVIEW_BOX)
    return encoded(small.filter(ImageFilter.GaussianBlur(PREVIEW_BLUR)))


def _blurred(web: Image.Image) -> Rendition:
    """Only where it is light and dark: for moderators who chose to have pictures covered."""
    small = web.copy()
    small.thumbnail(BLURRED_BOX)
    return encoded(small.filter(ImageFilter.GaussianBlur(BLURRED_BLUR)), BLURRED_QUALITY, optimize=True)


def _softened(web: Image.Image, share: float, wide: int) -> Rendition:
    """A step of the blur ladder: small, so that the shrinking alone removes what the blur should."""
    width = min(web.width, web.height * 4 / 3)
    scale = min(1.0, wide / width, BLUR_SIDE / max(web.size))
    small = web.resize((max(1, round(web.width * scale)), max(1, round(web.height * scale))), reducing_gap=2.0)
    return encoded(small.filter(ImageFilter.GaussianBlur(share * width * scale)), BLUR_QUALITY, optimize=True)


def _thumbnail(web: Image.Image) -> Rendition:
    small = web.copy()
    small.thumbnail(THUMBNAIL_BOX)
    return encoded(small)


def _frame_preview(web: Image.Image) -> Rendition:
    small = web.copy()
    small.thumbnail(FRAME_PREVIEW_BOX)
    return encoded(small, FRAME_PREVIEW_QUALITY, optimize=True)


def encoded(image: Image.Image, quality: int = QUALITY, *, optimize: bool = False) -> Rendition:
    image.info.clear()  # the writer would copy a comment from here
    jpeg = io.BytesIO()
    image.save(jpeg, "JPEG", quality=quality, optimize=optimize)
    return image.width, image.height, jpeg.getvalue()
