"""The reasons why a picture cannot be shown. Its case can still be decided on the evidence."""

from __future__ import annotations

from enum import StrEnum

from moderation.messages import LedgerCode, Message, english


class WhyCode(StrEnum):
    EMPTY = "empty"
    NOT_A_PICTURE = "not-a-picture"
    FORMAT_NOT_SHOWN = "format-not-shown"
    TOO_LARGE_BYTES = "too-large-bytes"
    TOO_MANY_PIXELS = "too-many-pixels"
    DAMAGED = "damaged"
    TOO_EXPENSIVE = "too-expensive"


class Unshowable(Exception):
    """These bytes cannot be shown as a picture; trying again does not help.

    `why` is for programs, `message` for the moderator.
    """

    def __init__(self, why: WhyCode, message: Message) -> None:
        super().__init__(f"{why}: {english(message)}")
        self.why = why
        self.message = message


def damaged() -> Unshowable:
    return Unshowable(WhyCode.DAMAGED, Message(LedgerCode.PICTURE_DAMAGED))


def too_many_pixels() -> Unshowable:
    return Unshowable(WhyCode.TOO_MANY_PIXELS, Message(LedgerCode.PICTURE_TOO_MANY_PIXELS))


def too_expensive() -> Unshowable:
    return Unshowable(WhyCode.TOO_EXPENSIVE, Message(LedgerCode.PICTURE_TOO_EXPENSIVE))


BY_DECODER = {
    WhyCode.DAMAGED: damaged,
    WhyCode.TOO_MANY_PIXELS: too_many_pixels,
    WhyCode.TOO_EXPENSIVE: too_expensive,
}
"""What the decoder's process can find wrong with a picture."""
