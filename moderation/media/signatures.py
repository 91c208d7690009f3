"""Recognise a file's format by its first bytes, whatever its name or declared type says."""

from __future__ import annotations

import re

from moderation.media.display_errors import Unshowable, WhyCode
from moderation.messages import LedgerCode, Message

SNIFFED_BYTES = 64 * 1024
"""How far into the file a signature is looked for: an SVG may start with a long comment."""

_MAGIC = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
)
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIF_BRANDS = {b"mif1", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}

_NOT_SHOWN = (
    (re.compile(rb"\x04?%!|\xc5\xd0\xd3\xc6"), LedgerCode.PICTURE_POSTSCRIPT),
    (re.compile(rb".{0,1019}%PDF-", re.DOTALL), LedgerCode.PICTURE_PDF),
    (re.compile(rb"\0\0[\1\2]\0"), LedgerCode.PICTURE_ICON),
    (re.compile(rb"8BPS"), LedgerCode.PICTURE_PHOTOSHOP),
    (re.compile(rb"\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51"), LedgerCode.PICTURE_JPEG_2000),
    (re.compile(rb"\0\0\0\x0cJXL \r\n|\xff\x0a"), LedgerCode.PICTURE_JPEG_XL),
    (re.compile(rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ", re.DOTALL), LedgerCode.PICTURE_VIDEO),
)
_MARKUP = re.compile(r"<(?:\w+:)?(svg|!doctype\s+html|html|head|body|script)[\s>]", re.IGNORECASE)


def recognise(data: bytes) -> str:
    """The Pillow name of the format (`JPEG`, `PNG`, `WEBP`, `GIF`, `TIFF`, `BMP`, `HEIF`, `AVIF`).

    Raises Unshowable `empty`, `format-not-shown` or `not-a-picture`.
    """
    if not data:
        raise Unshowable(WhyCode.EMPTY, Message(LedgerCode.PICTURE_EMPTY))
    head = data[:SNIFFED_BYTES]
    name = _shown_format(head)
    if name is None:
        raise _refusal(head)
    return name


def _shown_format(head: bytes) -> str | None:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    return _format_by_brand(head)


def _format_by_brand(head: bytes) -> str | None:
    """HEIF and AVIF share a container with video; the brands in its first box tell them apart."""
    if head[4:8] != b"ftyp":
        return None
    box = head[8 : min(int.from_bytes(head[:4], "big"), 1024)]
    brands = {box[at : at + 4] for at in range(0, len(box), 4) if at != 4}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else None


def _refusal(head: bytes) -> Unshowable:
    for pattern, code in _NOT_SHOWN:
        if pattern.match(head):
            return Unshowable(WhyCode.FORMAT_NOT_SHOWN, Message(code))
    markup = _MARKUP.search(_as_text(head))
    if markup is None:
        return Unshowable(WhyCode.NOT_A_PICTURE, Message(LedgerCode.PICTURE_NO_FORMAT))
    if markup[1].lower() == "svg":
        return Unshowable(WhyCode.FORMAT_NOT_SHOWN, Message(LedgerCode.PICTURE_SVG))
    return Unshowable(WhyCode.NOT_A_PICTURE, Message(LedgerCode.PICTURE_WEB_PAGE))


def _as_text(head: bytes) -> str:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return head.decode("utf-16" if wide else "latin-1", errors="replace")
