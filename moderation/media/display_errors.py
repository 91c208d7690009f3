"""Why a picture is not shown. Its case stays decidable on the evidence."""

from __future__ import annotations

from enum import StrEnum


class WhyCode(StrEnum):
    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    FORMAT_NOT_SHOWN = "format-not-shown"
    TOO_LARGE_BYTES = "too-large-bytes"
    TOO_MANY_PIXELS = "too-many-pixels"
    DAMAGED = "damaged"
    TOO_EXPENSIVE = "too-expensive"


class Unshowable(Exception):
    """These bytes will not become a picture, however often they are tried.

    `why` is for programs, `detail` is a plain-English sentence for the moderator.
    """

    def __init__(self, why: WhyCode, detail: str) -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail


def damaged() -> Unshowable:
    return Unshowable(
        WhyCode.DAMAGED, "The picture is damaged: it ends early or contradicts itself, so it cannot be shown."
    )


def too_many_pixels() -> Unshowable:
    return Unshowable(
        WhyCode.TOO_MANY_PIXELS, "The picture is too large: up to 36 megapixels and 65,000 pixels a side are shown."
    )


def too_expensive() -> Unshowable:
    return Unshowable(
        WhyCode.TOO_EXPENSIVE,
        "The picture takes more memory or time to decode than one picture may, so it is not shown.",
    )
