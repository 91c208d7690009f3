"""Tell a file's format from its first bytes, whatever its name or declared type says."""

from __future__ import annotations

import re

from moderation.media.display_errors import Unshowable, WhyCode

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

_SVG = "The file is an SVG drawing, which is not shown because it can carry scripts."
_POSTSCRIPT = "The file is a PostScript drawing (EPS), which is not shown because it is a program to be run."
_NOT_SHOWN = (
    (re.compile(rb"\x04?%!|\xc5\xd0\xd3\xc6"), _POSTSCRIPT),
    (re.compile(rb".{0,1019}%PDF-", re.DOTALL), "The file is a PDF document, which is not shown."),
    (re.compile(rb"\0\0[\1\2]\0"), "The file is a Windows icon or cursor, which is not shown."),
    (re.compile(rb"8BPS"), "The file is a Photoshop document, which is not shown."),
    (re.compile(rb"\0\0\0\x0cjP  \r\n|\xff\x4f\xff\x51"), "The file is a JPEG 2000 picture, which is not shown."),
    (re.compile(rb"\0\0\0\x0cJXL \r\n|\xff\x0a"), "The file is a JPEG XL picture, which is not shown."),
    (re.compile(rb"....ftyp|\x1aE\xdf\xa3|RIFF....AVI ", re.DOTALL), "The file is a video, which is not shown."),
)
_MARKUP = re.compile(r"<(?:\w+:)?(svg|!doctype\s+html|html|head|body|script)[\s>]", re.IGNORECASE)


def recognise(data: bytes) -> str:
    """The Pillow name of the format (`JPEG`, `PNG`, `WEBP`, `GIF`, `TIFF`, `BMP`, `HEIF`, `AVIF`).

    Raises Unshowable `empty`, `format-not-shown` or `not-a-picture`.
    """
    if not data:
        raise Unshowable(WhyCode.EMPTY, "The file is empty.")
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
    for pattern, detail in _NOT_SHOWN:
        if pattern.match(head):
            return Unshowable(WhyCode.FORMAT_NOT_SHOWN, detail)
    markup = _MARKUP.search(_as_text(head))
    if markup is None:
        return Unshowable(WhyCode.NOT_A_PICTURE, "The file is not a picture in any format that is shown.")
    if markup[1].lower() == "svg":
        return Unshowable(WhyCode.FORMAT_NOT_SHOWN, _SVG)
    return Unshowable(WhyCode.NOT_A_PICTURE, "The file is a web page, not a picture.")


def _as_text(head: bytes) -> str:
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    return head.decode("utf-16" if wide else "latin-1", errors="replace")
