"""Pictures that Pillow decodes row by row: JPEG, TIFF and animated WebP; PNG, GIF and BMP build on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import IO, Any, cast

from PIL import Image, ImageFile

from moderation.media.decoder import shown_rows
from moderation.media.decoder.picture import ORIENTATION_TAG, exif_orientation, valid_orientation
from moderation.media.decoder.scaling import readable, scale
from moderation.media.decoder.shown_rows import Rows
from moderation.media.display_errors import damaged

COEFFICIENT_BYTES = 256 * 1024 * 1024


class PillowPicture:
    """A picture that Pillow opens; see `picture.Picture`.

    A picture that is cut off or damaged is decoded a second time, as far as possible: browsers show that much.
    """

    incomplete = False

    def __init__(self, picture_format: str, file: IO[bytes]) -> None:
        self._format, self._file = picture_format, file
        self._rows: Rows | None = None  # of the chosen frame, where not all of them are there
        self._image = self._open()

    def _open(self) -> Any:
        self._file.seek(0)
        return Image.open(self._file, formats=(self._format,))

    @property
    def size(self) -> tuple[int, int]:
        return cast("tuple[int, int]", self._image.size)

    @property
    def orientation(self) -> int:
        return exif_orientation(self._image.info.get("exif"))

    @property
    def profile(self) -> bytes | None:
        return cast("bytes | None", self._image.info.get("icc_profile"))

    @property
    def frames(self) -> int:
        return cast(int, getattr(self._image, "n_frames", 1))

    def choose(self, number: int) -> None:
        self._image.seek(number)

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        return self._scaled(self.size, target)

    def _scaled(self, size: tuple[float, float], target: tuple[int, int]) -> Image.Image:
        self._load()
        if [*size] == [*target] == [*self._image.size] and self._is_plain():
            return cast(Image.Image, self._image._new(self._image.im))  # the same pixels, not a copy of them
        tones, opaque = self._tones(), self._is_opaque()

        def band(top: int, bottom: int) -> Image.Image:
            part = self._band((0, top, ceil(size[0]), bottom))
            part = part.convert("RGB") if opaque else readable(part, tones)
            return shown_rows.cut_out(part, top, self._rows) if self._rows else part

        # Of twenty frames each may take a twentieth of the time; this takes a third of Lanczos's, hardly softer.
        quick = self.frames > 1
        return scale(band, size, target, Image.Resampling.HAMMING if quick else Image.Resampling.LANCZOS)

    def _band(self, box: tuple[int, int, int, int]) -> Image.Image:
        return cast(Image.Image, self._image.crop(box))

    def _load(self) -> None:
        try:
            self._image.load()
        except (MemoryError, Image.DecompressionBombError):
            raise
        except Exception:
            if not self._can_be_partial():
                raise  # decoders raise any exception for damaged data
            self._load_what_there_is()

    def _can_be_partial(self) -> bool:
        """Whether browsers show such a picture in part: no TIFF, which they do not show, and no later frame."""
        return False

    def _load_what_there_is(self) -> None:
        """Raises Unshowable `damaged` when not one row can be decoded."""
        self._image = self._open()
        _ = self.frames  # counting them later would go back to before decoding
        self._prepare_partial()
        if "transparency" not in self._image.info:
            self._image.im = shown_rows.filled(self._image.mode, self._image.size)
        with _tolerant():
            self._image.load()
        self.incomplete = True
        self._rows = shown_rows.decoded(self._image)
        if self._rows[0] >= self._rows[1]:
            raise damaged()

    def _prepare_partial(self) -> None:
        """Hook: change Pillow's settings between opening and decoding."""

    def _is_plain(self) -> bool:
        """Whether the pixels are shown as they were decoded, and no later frame needs them."""
        return False

    def _is_opaque(self) -> bool:
        """Whether there is an alpha channel that is opaque everywhere, as in most animations."""
        if self._image.mode != "RGBA":
            return False
        least, _ = cast("tuple[int, int]", self._image.getchannel("A").getextrema())
        return least == 255

    def _tones(self) -> tuple[float, float]:
        """Darkest and brightest value: 16-bit pictures use their whole range, wider ones whatever they hold."""
        if self._image.mode in ("I", "F"):
            return cast("tuple[float, float]", self._image.getextrema())
        return (0.0, 65_535.0)


@contextmanager
def _tolerant() -> Iterator[None]:
    """Have Pillow accept data that end early."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


class JpegPicture(PillowPicture):
    """A JPEG, decoded at a half, a quarter or an eighth of its size where that is enough.

    Cameras append previews and depth maps as further pictures; those are not frames and are ignored.
    """

    def __init__(self, picture_format: str, file: IO[bytes]) -> None:
        super().__init__(picture_format, file)
        self._full_size = cast("tuple[int, int]", self._image.size)
        self._target = (1, 1)

    @property
    def size(self) -> tuple[int, int]:
        return self._full_size

    @property
    def frames(self) -> int:
        return 1

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        if self._is_progressive() and self._coefficient_bytes() > COEFFICIENT_BYTES:
            raise MemoryError  # libjpeg would run out of memory, and Pillow would report broken data
        self._target = target
        drafted = self._image.draft(None, target)
        return self._scaled(drafted[1][2:] if drafted else self.size, target)

    def _is_plain(self) -> bool:
        return self._image.mode in ("L", "RGB") and not self._rows

    def _can_be_partial(self) -> bool:
        return True

    def _prepare_partial(self) -> None:
        """Pillow would add an end marker and libjpeg would fill missing parts with grey; browsers leave them out.

        A progressive picture that ends early is coarse everywhere, and decodes only with an end marker.
        """
        if not self._is_progressive():
            self._image._ended = True
        self._image.draft(None, self._target)

    def _is_progressive(self) -> bool:
        return "progressive" in self._image.info

    def _coefficient_bytes(self) -> int:
        """libjpeg keeps every coefficient of a progressive picture until the last scan."""
        return self.size[0] * self.size[1] * len(self._image.getbands()) * 2


class TiffPicture(PillowPicture):
    """A TIFF; its frames are its pages. Pillow would turn it at full size, with a second copy: prevented here."""

    @property
    def size(self) -> tuple[int, int]:
        width, height = self._image.size
        return (height, width) if self.orientation >= 5 else (width, height)

    @property
    def orientation(self) -> int:
        tags: Any = self._image.tag_v2
        return valid_orientation(tags.get(ORIENTATION_TAG))

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        size = self.size
        self._image.getexif()[ORIENTATION_TAG] = 1
        return self._scaled(size, target)
