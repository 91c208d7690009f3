"""The interface of one opened picture inside the child, the same for every format."""

from __future__ import annotations

from typing import Protocol

from PIL import Image

PIXELS = 36_000_000
"""Most pixels in one frame: the contract's 6000 × 6000."""
SIDE = 65_000
ORIENTATION_TAG = 0x0112


class Picture(Protocol):
    """An opened picture, one of its frames chosen (the first, until `choose`)."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the chosen frame as stored, before `orientation` turns it, in pixels."""
        ...

    @property
    def orientation(self) -> int:
        """The EXIF turn, 1–8, that makes the stored pixels upright."""
        ...

    @property
    def profile(self) -> bytes | None:
        """The embedded ICC profile, unchecked."""
        ...

    @property
    def frames(self) -> int: ...

    @property
    def incomplete(self) -> bool:
        """Whether a part is missing or broken; known once frames were decoded."""
        ...

    def choose(self, number: int) -> None:
        """Go to frame `number`, from 0; only forwards."""
        ...

    def scaled(self, target: tuple[int, int]) -> Image.Image:
        """The chosen frame decoded and shrunk to exactly `target`, in mode L, RGB, RGBA or CMYK, not yet turned."""
        ...


def exif_orientation(exif: bytes | None) -> int:
    """The orientation in an EXIF block, 1 when it has none or cannot be read."""
    if not exif:
        return 1
    try:
        block = Image.Exif()
        block.load(exif)
        return valid_orientation(block.get(ORIENTATION_TAG))
    except Exception:
        # A picture is not refused for its metadata, and hostile EXIF raises any exception.
        return 1


def valid_orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1
