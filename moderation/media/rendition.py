"""The renditions of a picture as frozen values; no pixels are decoded here."""

from __future__ import annotations

from dataclasses import dataclass, field

SMALLEST_SIDE, LARGEST_SIDE = 20, 6_000
"""Pixels of a side of a picture that the contract lets a machine be asked about."""


@dataclass(frozen=True, slots=True)
class Rendition:
    """One re-encoded picture. `width` and `height` in its own pixels; `sha256` of `data`, lower-case hex."""

    data: bytes
    width: int
    height: int
    content_type: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """One picture, ready to be shown.

    `sha256` is of the bytes given, lower-case hex. `format` is what the bytes are (`JPEG`, `PNG`, `WEBP`, `GIF`,
    `TIFF`, `BMP`, `HEIF`, `AVIF`; APNG is `PNG`). `width` and `height` are those of the upright picture in original
    pixels: the space evidence boxes are drawn in. `orientation` (1–8) is the EXIF turn that was applied; HEIF has
    its turn in the container, where every decoder applies it, and reports 1. `frames` counts the frames or pages of
    the source; `frame_numbers`, from 0, says which of them `frame_webs` shows, the first being `web`, and
    `frame_previews` shows small. A still picture has `frame_numbers` (0,) and neither of the two.
    `incomplete`: the file ends early or breaks, and this is what could be decoded of it.
    `blurred` is for moderators who chose to have pictures covered: nothing in it can be made sharp again. The light and
    the medium one keep the gist, and shapes and colours.
    """

    sha256: str
    format: str
    width: int
    height: int
    orientation: int
    frames: int
    incomplete: bool
    frame_numbers: tuple[int, ...]
    web: Rendition
    preview: Rendition
    blurred: Rendition
    blurred_light: Rendition
    blurred_medium: Rendition
    thumbnail: Rendition
    frame_webs: tuple[Rendition, ...]
    frame_previews: tuple[Rendition, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One JPEG for a machine to look at: a whole frame, or a tile of a long picture that begins at `left`, `top`. Its
    pixels are those of the upright original, neither shrunk nor enlarged. `frame` counts from 0.
    """

    data: bytes = field(repr=False)
    width: int
    height: int
    frame: int = 0
    left: int = 0
    top: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """A picture, cut for a machine. `width` and `height` as in `Rendered`. There are no pieces of a picture with a side
    that the contract does not allow. `is_short`: not every frame that was to be looked at could be decoded.
    """

    format: str
    width: int
    height: int
    frames: int
    is_short: bool
    pieces: tuple[Piece, ...]
