"""PNG pictures and animations as browsers show them, also when they are cut off, damaged or inconsistent."""

from __future__ import annotations

import io
import struct
from functools import reduce
from typing import IO

from PIL import Image, ImageChops, PngImagePlugin  # noqa: F401 - the plugin registers itself

from moderation.media.decoder import png_colour, png_stream
from moderation.media.decoder.picture import exif_orientation
from moderation.media.decoder.pillow_picture import PillowPicture
from moderation.media.decoder.png_chunks import Contents, contents
from moderation.media.decoder.png_interlacing import Coarse
from moderation.media.decoder.scaling import readable
from moderation.media.display_errors import damaged


def open_png(file: IO[bytes]) -> PngPicture:
    kept = contents(memoryview(file.read()))
    if not kept.pixels and not kept.frames:
        raise damaged()
    return AnimatedPng(kept) if len(kept.frames) > 1 or _starts_elsewhere(kept) else StillPng(kept)


def _starts_elsewhere(kept: Contents) -> bool:
    return bool(kept.frames) and not kept.frames[0].is_default


class PngPicture(PillowPicture):
    """Base of still and animated PNGs."""

    def __init__(self, kept: Contents, file: io.BytesIO) -> None:
        self._kept = kept
        super().__init__("PNG", file)
        self.incomplete = not kept.ends

    @property
    def size(self) -> tuple[int, int]:
        return self._kept.header.width, self._kept.header.height

    @property
    def orientation(self) -> int:
        block = self._kept.once.get(b"eXIf")
        return exif_orientation(bytes(block)) if block else 1

    @property
    def profile(self) -> bytes | None:
        return png_colour.profile(self._kept.once)


class AnimatedPng(PngPicture):
    """Only the frames: a default image that is not a frame is never shown."""

    def __init__(self, kept: Contents) -> None:
        super().__init__(kept, kept.animation())
        self._first = 0 if kept.frames[0].is_default else 1
        self.choose(0)

    @property
    def frames(self) -> int:
        return len(self._kept.frames)

    def choose(self, number: int) -> None:
        self._chosen = number
        self._image.seek(number + self._first)

    def _can_be_partial(self) -> bool:
        return self._chosen == 0 and self._first == 0

    def _load_what_there_is(self) -> None:
        """After a broken first frame, no later frame is composited over it."""
        first = StillPng(self._kept)
        first._load_what_there_is()
        self._image, self._rows, self.incomplete = first._image, first._rows, True


class StillPng(PngPicture):
    """One picture; shown in part where its pixel data are cut off or damaged."""

    def __init__(self, kept: Contents) -> None:
        super().__init__(kept, kept.still())
        self._coarse: Coarse | None = None
        self._key = _see_through_colour(kept)
        self._low: Image.Image | None = None

    def _load(self) -> None:
        super()._load()
        if len(self._key) == 3 and self._image.mode == "RGB" and not self.incomplete:
            self._low = self._low_bytes()

    def _is_plain(self) -> bool:
        is_ready = self._image.mode in ("L", "RGB") and not self._image.has_transparency_data
        return is_ready and not (self._rows or self._coarse or self._low)

    def _can_be_partial(self) -> bool:
        return True

    def _load_what_there_is(self) -> None:
        header = self._kept.header
        self._image = self._open()
        stream = png_stream.SoundStream(self._kept.pixels, header)
        self._image.load_read = stream.read
        self._image.load()
        steps, rows = png_stream.rows_reached(header, stream.inflated)
        if not rows and steps in (png_stream.NOWHERE, png_stream.EVERYWHERE):
            raise damaged()
        if steps != png_stream.EVERYWHERE:
            self._coarse = Coarse(steps, rows)
        if steps in (png_stream.NOWHERE, png_stream.EVERYWHERE) and rows < header.height:
            self._rows = (0, rows)
        self.incomplete |= self._coarse is not None or rows < header.height

    def _band(self, box: tuple[int, int, int, int]) -> Image.Image:
        part: Image.Image = self._coarse.band(self._image, box) if self._coarse else self._image.crop(box)
        if part.mode == "RGB" and self._low:
            return _without(part, self._low.crop(box), self._key)
        if part.mode.startswith("I;16") and len(self._key) == 1:
            return _grey_without(part, self._key[0])
        return part

    def _low_bytes(self) -> Image.Image | None:
        """The lower eight bits of sixteen: all sixteen decide whether a pixel is transparent."""
        low = self._open()
        low.tile = [low.tile[0]._replace(args="RGB;16L")]
        try:
            low.load()
        except MemoryError:
            return None  # shown without transparency, rather than not at all
        found: Image.Image = low
        return found


def _see_through_colour(kept: Contents) -> tuple[int, ...]:
    """The one transparent colour, with sixteen bits per level; () when there is none."""
    given = kept.once.get(b"tRNS")
    levels = {0: 1, 2: 3}.get(kept.header.colour, 0)
    if given is None or kept.header.depth != 16 or len(given) < 2 * levels:
        return ()
    return struct.unpack_from(f">{levels}H", given)


def _without(high: Image.Image, low: Image.Image, key: tuple[int, ...]) -> Image.Image:
    """RGBA, transparent where both bytes of all levels are those of `key`."""
    bytes_of_key = [level >> 8 for level in key] + [level & 255 for level in key]
    hits = [
        band.point([255 if value == wanted else 0 for value in range(256)])
        for band, wanted in zip((*high.split(), *low.split()), bytes_of_key, strict=True)
    ]
    return _with_alpha(high, reduce(ImageChops.darker, hits))


def _grey_without(part: Image.Image, key: int) -> Image.Image:
    hits = part.convert("I").point([255 if value == key else 0 for value in range(65_536)], "L")
    return _with_alpha(readable(part, (0.0, 65_535.0)), hits)


def _with_alpha(part: Image.Image, see_through: Image.Image) -> Image.Image:
    shown = part.convert("RGB")
    shown.putalpha(ImageChops.invert(see_through))
    return shown
