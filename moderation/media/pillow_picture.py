"""Pictures that Pillow decodes row by row: JPEG, PNG, GIF, BMP, TIFF and animated WebP."""

from __future__ import annotations

from math import ceil
from typing import IO, Any, cast

from PIL import Image

from moderation.media.picture import ORIENTATION_TAG, exif_orientation, valid_orientation
from moderation.media.scaling import readable, scale

COEFFICIENT_BYTES = 256 * 1024 * 1024


class PillowPicture:
    """PNG, GIF, BMP and animated WebP; see `picture.Picture`."""

    def __init__(self, picture_format: str, file: IO[bytes]) -> None:
        self._image = Image.open(file, formats=(picture_format,))

    @property
    def size(self) -> tuple[int, int]:
        return self._image.size

    @property
    def orientation(self) -> int:
        return exif_orientation(self._image.info.get("exif"))

    @property
    def profile(self) -> bytes | None:
        return self._image.info.get("icc_profile")

    @property
    def frames(self) -> int:
        return cast(int, getattr(self._image, "n_frames", 1))

    def choose(self, number: int) -> None:
        self._image.seek(number)

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        return self._scaled(self.size, target)

    def _scaled(self, size: tuple[float, float], target: tuple[int, int]) -> Image.Image:
        self._image.load()
        tones, opaque = self._tones(), self._is_opaque()

        def band(top: int, bottom: int) -> Image.Image:
            part = self._image.crop((0, top, ceil(size[0]), bottom))
            return part.convert("RGB") if opaque else readable(part, tones)

        # Of twenty frames each may take a twentieth of the time; this takes a third of Lanczos's, hardly softer.
        quick = self.frames > 1
        return scale(band, size, target, Image.Resampling.HAMMING if quick else Image.Resampling.LANCZOS)

    def _is_opaque(self) -> bool:
        """Whether there is an alpha channel with nothing in it, as in most animations."""
        if self._image.mode != "RGBA":
            return False
        least, _ = cast("tuple[int, int]", self._image.getchannel("A").getextrema())
        return least == 255

    def _tones(self) -> tuple[float, float]:
        """Darkest and brightest value: 16-bit pictures use their whole range, wider ones whatever they hold."""
        if self._image.mode in ("I", "F"):
            return cast("tuple[float, float]", self._image.getextrema())
        return (0.0, 65_535.0)


class JpegPicture(PillowPicture):
    """A JPEG, decoded at a half, a quarter or an eighth of its size where that is enough.

    Cameras append previews and depth maps as further pictures; those are not frames, and not looked at.
    """

    def __init__(self, picture_format: str, file: IO[bytes]) -> None:
        super().__init__(picture_format, file)
        self._full_size = self._image.size

    @property
    def size(self) -> tuple[int, int]:
        return self._full_size

    @property
    def frames(self) -> int:
        return 1

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        if "progressive" in self._image.info and self._coefficient_bytes() > COEFFICIENT_BYTES:
            raise MemoryError  # what libjpeg would run into, and Pillow would call broken data
        drafted = self._image.draft(None, target)
        return self._scaled(drafted[1][2:] if drafted else self.size, target)

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
        tags: Any = getattr(self._image, "tag_v2")  # noqa: B009 - only TIFF images have it, ImageFile does not say so
        return valid_orientation(tags.get(ORIENTATION_TAG))

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        size = self.size
        self._image.getexif()[ORIENTATION_TAG] = 1
        return self._scaled(size, target)
