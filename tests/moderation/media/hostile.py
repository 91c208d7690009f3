"""Damaged and hostile pictures by name, built when asked for, with what is to become of each."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from typing import NamedTuple

from PIL import Image

from moderation.media.render import WhyCode

from .drawn import cornered, exif, gif, png, png_chunk, saved, tiff

EMPTY, NO_PICTURE, NOT_SHOWN = {WhyCode.EMPTY}, {WhyCode.NOT_A_PICTURE}, {WhyCode.FORMAT_NOT_SHOWN}
LARGE, PIXELS, DAMAGED, EXPENSIVE = (
    {WhyCode.TOO_LARGE_BYTES},
    {WhyCode.TOO_MANY_PIXELS},
    {WhyCode.DAMAGED},
    {WhyCode.TOO_EXPENSIVE},
)
SHOWN: set[WhyCode | None] = {None}
EITHER = SHOWN | DAMAGED


FORMATS = ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF")


class Hostile(NamedTuple):
    name: str
    build: Callable[[], bytes]
    ends: set[WhyCode | None] | set[WhyCode]
    """What may become of it: reasons, or None for being shown."""


def header_only(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(b"\0"))
        + png_chunk(b"IEND", b"")
    )


def bomb(chunk: bytes, head: bytes) -> bytes:
    """50 MB of zeros in a PNG's compressed text or colour profile."""
    return png(8, 8, before=png_chunk(chunk, head + zlib.compress(bytes(50_000_000), 1)))


def half(picture_format: str, **options: object) -> Callable[[], bytes]:
    def build() -> bytes:
        noise = Image.effect_noise((200, 150), 90).convert("RGB")
        data = saved(noise, picture_format, **options)
        return data[: len(data) // 2]

    return build


def scrambled(picture_format: str) -> Callable[[], bytes]:
    """Every 97th byte after the header replaced."""

    def build() -> bytes:
        data = bytearray(saved(Image.effect_noise((200, 150), 90).convert("RGB"), picture_format))
        dice = random.Random(picture_format)
        for at in range(64, len(data), 97):
            data[at] = dice.randrange(256)
        return bytes(data)

    return build


def animation(picture_format: str) -> bytes:
    images = [Image.new("RGB", (8, 8), (nth * 80, 0, 0)) for nth in range(3)]
    return saved(images[0], picture_format, save_all=True, append_images=images[1:])


def animated_png(frames_claimed: int) -> bytes:
    data = animation("PNG")
    start = data.index(b"acTL")
    actl = b"acTL" + struct.pack(">II", frames_claimed, 0)
    return data[:start] + actl + struct.pack(">I", zlib.crc32(actl)) + data[start + 16 :]


def tiff_of(width: int, height: int) -> bytes:
    """A one-strip grey TIFF without pixels."""
    entries = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 100),
    ]
    return tiff(entries)


def tiff_nested() -> bytes:
    """A picture whose sub-directories (EXIF, GPS, SubIFDs) all point back to itself."""
    entries = [
        (256, 4, 1, 4),
        (257, 4, 1, 4),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (278, 4, 1, 4),
        (279, 4, 1, 16),
    ]
    return tiff([*entries, (330, 4, 1, 8), (34_665, 4, 1, 8), (34_853, 4, 1, 8)], next_directory=8)


def tiff_many_directories() -> bytes:
    """60,000 directories, each the next one's neighbour."""
    one = struct.pack("<H", 1) + struct.pack("<HHII", 256, 4, 1, 4)
    directories = b"".join(one + struct.pack("<I", 8 + (nth + 1) * 18) for nth in range(60_000))
    return b"II*\0" + struct.pack("<I", 8) + directories


def gif_growing() -> bytes:
    """A small GIF whose second frame claims to reach far outside."""
    return gif(2)[:-1] + b",\0\0\0\0" + struct.pack("<HH", 60_000, 60_000) + b"\0\x02\x02\x44\x01\0;"


def polyglot() -> bytes:
    """A GIF that is also a web page: its width and height spell a comment's start."""
    return b"GIF89a" + gif(2, (0x2A2F, 1))[6:] + b"*/=1;</script><html><script>alert(1)</script></html>"


def pages(picture_format: str, side: int, count: int, mode: str = "L", **options: object) -> bytes:
    """Plain grey frames or pages: little to send, all of it to decode."""
    images = [Image.new("L", (side, side), nth * 20).convert(mode) for nth in range(count)]
    return saved(images[0], picture_format, save_all=True, append_images=images[1:], **options)


def jpeg_many_scans() -> bytes:
    """A progressive JPEG that repeats one of its scans thousands of times."""
    data = saved(Image.new("L", (4000, 4000)), "JPEG", progressive=True)
    last_scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last_scan * (5_000_000 // len(last_scan)) + data[-2:]


def exif_looping() -> bytes:
    """EXIF whose directory is its own EXIF and GPS directory."""
    block = b"Exif\0\0" + tiff([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0x0112, 3, 1, 3)], next_directory=8)
    return saved(cornered(), "JPEG", exif=block)


def with_size(data: bytes, box: bytes, offset: int, size: bytes) -> bytes:
    """The same file with another size claimed, `offset` bytes after the start of the box's name."""
    at = data.index(box) + offset
    return data[:at] + size + data[at + len(size) :]


def bmp_run_length(width: int, height: int) -> bytes:
    """An 8-bit run-length BMP, one grey, whose every row is a handful of bytes."""
    row = b"".join(bytes((min(255, width - x), 128)) for x in range(0, width, 255)) + b"\0\0"
    palette = b"".join(bytes((grey, grey, grey, 0)) for grey in range(256))
    pixels = row * height + b"\0\1"
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    start = 14 + len(head) + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + head + palette + pixels


def svg(body: str = "", head: str = "") -> bytes:
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">{body}</svg>'.encode()


ENTITIES = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"

REFUSED = [
    Hostile("empty", lambda: b"", EMPTY),
    Hostile("one-byte", lambda: b"\xff", NO_PICTURE),
    Hostile("random", lambda: random.Random(4).randbytes(100_000), NO_PICTURE),
    Hostile("text", lambda: b"BMW is a maker of cars" * 9, NO_PICTURE),
    Hostile("html-called-jpg", lambda: HTML, NO_PICTURE),
    Hostile("html-after-a-comment", lambda: b"\xef\xbb\xbf  <!-- " + bytes(900) + b"-->" + HTML, NO_PICTURE),
    Hostile("html-with-an-svg", lambda: b"<html><svg onload=alert(1)></svg></html>", NO_PICTURE),
    Hostile("svg-onload", svg, NOT_SHOWN),
    Hostile("svg-script", lambda: svg("<script>alert(1)</script>"), NOT_SHOWN),
    Hostile("svg-entities", lambda: svg("<text>&b;</text>", ENTITIES), NOT_SHOWN),
    Hostile("svg-utf-16", lambda: svg().decode().encode("utf-16"), NOT_SHOWN),
    Hostile("eps", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", NOT_SHOWN),
    Hostile("eps-dos", lambda: b"\xc5\xd0\xd3\xc6" + bytes(26) + b"%!PS", NOT_SHOWN),
    Hostile("ps", lambda: b"%!\n(/etc/passwd) (r) file", NOT_SHOWN),
    Hostile("pdf", lambda: b"%PDF-1.7\n", NOT_SHOWN),
    Hostile("pdf-after-noise", lambda: bytes(1000) + b"%PDF-1.4\n", NOT_SHOWN),
    Hostile("ico", lambda: saved(cornered((32, 32)), "ICO"), NOT_SHOWN),
    Hostile("psd", lambda: b"8BPS\0\1" + bytes(40), NOT_SHOWN),
    Hostile("jpeg-2000", lambda: saved(cornered(), "JPEG2000"), NOT_SHOWN),
    Hostile("jpeg-xl", lambda: b"\xff\x0a" + bytes(40), NOT_SHOWN),
    Hostile("video", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(90), NOT_SHOWN),
    Hostile("30-mb-and-a-byte", lambda: saved(cornered(), "JPEG") + bytes(30 * 1024 * 1024), LARGE),
]
TOO_MANY_PIXELS = [
    Hostile("png-13000-1-bit", lambda: png(13_000, 13_000, depth=1, colour=0), PIXELS),
    Hostile("png-20000-1-bit", lambda: png(20_000, 20_000, depth=1, colour=0), PIXELS),
    Hostile("png-9400-rgb", lambda: png(9400, 9400), PIXELS),
    Hostile("png-30000-header", lambda: header_only(30_000, 30_000), PIXELS),
    Hostile("png-2-to-the-31", lambda: header_only(2**31 - 1, 2**31 - 1), PIXELS),
    Hostile("png-65001-wide", lambda: png(65_001, 1, depth=1, colour=0), PIXELS),
    Hostile("gif-65535", lambda: gif(2, (65_535, 65_535)), PIXELS),
    Hostile("gif-growing", gif_growing, SHOWN),
    Hostile("tiff-100000", lambda: tiff_of(100_000, 100_000), PIXELS),
    Hostile(
        "bmp-30000", lambda: with_size(bmp_run_length(9, 9), b"BM", 18, struct.pack("<ii", 30_000, 30_000)), PIXELS
    ),
    Hostile("jpeg-60000", lambda: with_size(saved(cornered(), "JPEG"), b"\xff\xc0", 5, b"\xea\x60\xea\x60"), PIXELS),
    Hostile(
        "webp-16383", lambda: with_size(saved(cornered(), "WEBP"), b"\x9d\x01\x2a", 3, b"\xff\x3f\xff\x3f"), PIXELS
    ),
    Hostile(
        "webp-animated-16384",
        lambda: with_size(animation("WEBP"), b"VP8X", 12, b"\xff\x3f\0\xff\x3f\0"),
        PIXELS,
    ),
    Hostile(
        "heif-60000",
        lambda: with_size(saved(cornered(), "HEIF"), b"ispe", 8, struct.pack(">II", 60_000, 60_000)),
        PIXELS | DAMAGED,
    ),
    Hostile(
        "avif-60000",
        lambda: with_size(saved(cornered(), "AVIF"), b"ispe", 8, struct.pack(">II", 60_000, 60_000)),
        PIXELS | DAMAGED,
    ),
]
BROKEN = [
    Hostile("jpeg-half", half("JPEG"), SHOWN),
    Hostile("jpeg-progressive-half", half("JPEG", progressive=True), SHOWN),
    Hostile("png-half", half("PNG"), SHOWN),
    Hostile("gif-half", half("GIF"), SHOWN),
    Hostile("bmp-half", half("BMP"), SHOWN),
    Hostile("tiff-half", half("TIFF"), DAMAGED),
    Hostile("tiff-lzw-half", half("TIFF", compression="tiff_lzw"), DAMAGED),
    Hostile("tiff-jpeg-half", half("TIFF", compression="jpeg"), DAMAGED),
    Hostile("webp-half", half("WEBP"), SHOWN),
    Hostile("webp-lossless-half", half("WEBP", lossless=True), SHOWN),
    Hostile("avif-half", half("AVIF"), SHOWN),
    Hostile("heif-half", half("HEIF"), DAMAGED),
    Hostile("jpeg-start", lambda: b"\xff\xd8\xff\xe0", DAMAGED),
    Hostile("png-start", lambda: b"\x89PNG\r\n\x1a\n", DAMAGED),
    Hostile("gif-start", lambda: b"GIF89a", DAMAGED),
    Hostile("gif-without-frames", lambda: b"GIF89a\1\0\1\0\0\0\0;", DAMAGED),
    Hostile("tiff-start", lambda: b"II*\0", DAMAGED),
    Hostile("webp-start", lambda: b"RIFF\xff\xff\xff\xffWEBPVP8X", DAMAGED),
    Hostile("bmp-start", lambda: b"BM" + bytes(12) + b"\x28\0\0\0", DAMAGED),
    Hostile("heif-start", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", DAMAGED),
    Hostile("avif-start", lambda: b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", DAMAGED),
    Hostile("png-0-wide", lambda: header_only(0, 10), DAMAGED),
    Hostile("png-no-pixels", lambda: header_only(100, 100), DAMAGED),
    Hostile("apng-2-billion-frames", lambda: animated_png(2**31), SHOWN),
    Hostile("tiff-no-pixels", lambda: tiff_of(100, 100), DAMAGED),
    Hostile("tiff-endless-strips", lambda: tiff([(256, 4, 1, 9), (257, 4, 1, 9), (273, 4, 2**31, 8)]), DAMAGED),
    *(Hostile(f"{name.lower()}-scrambled", scrambled(name), EITHER) for name in FORMATS),
]
EXPENSIVE_ONES = [
    Hostile("png-ztxt-bomb", lambda: bomb(b"zTXt", b"Comment\0\0"), SHOWN),
    Hostile("png-itxt-bomb", lambda: bomb(b"iTXt", b"Comment\0\1\0\0\0"), SHOWN),
    Hostile("png-iccp-bomb", lambda: bomb(b"iCCP", b"profile\0\0"), SHOWN),
    Hostile("tiff-60000-directories", tiff_many_directories, EXPENSIVE | DAMAGED),
    Hostile("jpeg-thousands-of-scans", jpeg_many_scans, EXPENSIVE),
]
ODD_BUT_FINE = [
    Hostile("cmyk-jpeg", lambda: saved(cornered(mode="CMYK"), "JPEG"), SHOWN),
    Hostile("16-bit-grey-png", lambda: png(300, 200, depth=16, colour=0), SHOWN),
    Hostile("16-bit-rgba-png", lambda: png(300, 200, depth=16, colour=6), SHOWN),
    Hostile("1-bit-png", lambda: png(300, 200, depth=1, colour=0), SHOWN),
    Hostile("interlaced-png", lambda: png(8, 8, interlaced=True), EITHER),
    Hostile("1-by-1", lambda: png(1, 1), SHOWN),
    Hostile("1-by-60000", lambda: png(1, 60_000), SHOWN),
    Hostile("60000-by-1", lambda: saved(Image.new("RGB", (60_000, 1)), "JPEG"), SHOWN),
    Hostile("bad-profile", lambda: saved(cornered(), "PNG", icc_profile=b"not a profile"), SHOWN),
    Hostile("alpha", lambda: saved(cornered(mode="RGBA"), "PNG"), SHOWN),
    Hostile("palette-see-through", lambda: saved(cornered().quantize(8), "PNG", transparency=bytes(range(8))), SHOWN),
    Hostile("gif-see-through", lambda: saved(cornered().quantize(8), "GIF", transparency=0), SHOWN),
    Hostile("gps-and-script", lambda: saved(cornered(), "JPEG", exif=exif(1), comment=b"<script>"), SHOWN),
    Hostile("exif-looping", exif_looping, SHOWN),
    Hostile("exif-nonsense", lambda: saved(cornered(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), SHOWN),
    Hostile("gif-html-polyglot", polyglot, EITHER),
    Hostile("jpeg-with-html-behind", lambda: saved(cornered(), "JPEG") + HTML, SHOWN),
    Hostile("gif-6000-frames", lambda: gif(6000), SHOWN),
    Hostile("gif-40-frames-of-36-megapixels", lambda: gif(40, (6000, 6000)), SHOWN),
    Hostile("tiff-12-pages-of-36-megapixels", lambda: pages("TIFF", 6000, 12, compression="tiff_adobe_deflate"), SHOWN),
    Hostile("webp-8-frames-of-16-megapixels", lambda: pages("WEBP", 4000, 8, "RGB", method=0), SHOWN | EXPENSIVE),
    Hostile("tiff-nested-directories", tiff_nested, SHOWN),
    Hostile("bmp-run-length", lambda: bmp_run_length(6000, 6000), SHOWN),
    Hostile("mpo", lambda: saved(cornered(), "MPO", save_all=True, append_images=[cornered()]), SHOWN),
]
ALL = [*REFUSED, *TOO_MANY_PIXELS, *BROKEN, *EXPENSIVE_ONES, *ODD_BUT_FINE]
