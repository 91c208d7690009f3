"""Some hundred pictures in every way of writing that browsers know, whole, cut short and damaged; none is stored."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from PIL import Image, ImageDraw

from .drawn import cornered, exif, png_chunk, saved

SIZE = (120, 88)
CUTS = (1, 2, 9, 0.05, 0.3, 0.6, 0.85)
"""Bytes taken off the end, or the part of the file that is."""
FLIPS = 3

Build = Callable[[], bytes]


def drawn(mode: str = "RGB", seed: int = 0) -> Image.Image:
    """Flat quarters, a slope of tones and a patch of noise: what decoders treat differently."""
    image = cornered(SIZE)
    slope = Image.linear_gradient("L").resize((60, 44))
    image.paste(
        Image.merge("RGB", (slope, slope.transpose(Image.Transpose.ROTATE_90).resize((60, 44)), slope)), (60, 44)
    )
    dice = random.Random(seed)
    noise = Image.frombytes("RGB", (40, 30), dice.randbytes(3600))
    image.paste(noise, (8, 8))
    ImageDraw.Draw(image).ellipse((70, 6, 106, 40), (250, 250, 40), (0, 0, 0))
    if mode in ("RGBA", "LA"):
        image = image.convert(mode)
        image.putalpha(Image.radial_gradient("L").resize(SIZE).point(lambda v: 255 - v))
        return image
    return image.convert(mode)


def png_written(
    image: Image.Image,
    *,
    before: bytes = b"",
    after: bytes = b"",
    depth: int = 8,
    interlaced: bool = False,
    split: int = 0,
) -> bytes:
    """A PNG with every chunk in our hand. `before` and `after` stand around the pixels; `split` cuts IDAT in parts."""
    colour = {"L": 0, "RGB": 2, "P": 3, "LA": 4, "RGBA": 6}[image.mode]
    header = struct.pack(">IIBBBBB", *image.size, depth, colour, 0, 0, int(interlaced))
    pixels = zlib.compress(png_rows(image, depth, interlaced))
    size = split or len(pixels)
    parts = [png_chunk(b"IDAT", pixels[at : at + size]) for at in range(0, len(pixels), size)]
    chunks = [png_chunk(b"IHDR", header), before, *parts, after, png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_rows(image: Image.Image, depth: int, interlaced: bool) -> bytes:
    passes = [(0, 0, 1, 1)]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    rows = bytearray()
    for left, top, across, down in passes:
        for y in range(top, image.height, down):
            row = b"".join(sample(image, x, y, depth) for x in range(left, image.width, across))
            rows += b"\0" + row
    return bytes(rows)


def sample(image: Image.Image, x: int, y: int, depth: int) -> bytes:
    pixel: Any = image.getpixel((x, y))
    values = pixel if isinstance(pixel, tuple) else (pixel,)
    if depth == 16:
        return b"".join(struct.pack(">H", value * 257 - (7 if x // 8 % 2 and value else 0)) for value in values)
    return bytes(values)


def gamma(value: float) -> bytes:
    return png_chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


def chromaticities(*points: float) -> bytes:
    return png_chunk(b"cHRM", struct.pack(">8I", *(round(point * 100_000) for point in points)))


ADOBE = chromaticities(0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
SRGB = png_chunk(b"sRGB", b"\0")


def apng(*, frames: int = 3, default_is_frame: bool = True, twice: bool = False, claims: int = 0) -> bytes:
    """An animated PNG of red, green and blue frames, its default image grey with a cross where it is no frame."""
    colours = [(200, 20, 20), (20, 160, 20), (20, 20, 200)]
    actl = png_chunk(b"acTL", struct.pack(">II", claims or frames, 0))
    still = Image.new("RGB", SIZE, colours[0] if default_is_frame else (128, 128, 128))
    number, chunks = 0, []
    for nth in range(frames):
        control = struct.pack(">IIIIIHHBB", number, *SIZE, 0, 0, 1, 10, 0, 0)
        number += 1
        pixels = zlib.compress(png_rows(Image.new("RGB", SIZE, colours[nth % 3]), 8, False))
        if nth == 0 and default_is_frame:
            chunks.append((b"fcTL", control))
            continue
        chunks += [(b"fcTL", control), (b"fdAT", struct.pack(">I", number) + pixels)]
        number += 1
    first = png_chunk(*chunks.pop(0)) if default_is_frame else b""
    later = b"".join(png_chunk(*chunk) for chunk in chunks)
    return png_written(still, before=actl * (2 if twice else 1) + first, after=later)


def animated(picture_format: str, **options: Any) -> bytes:
    frames = [Image.new("RGB", SIZE, colour) for colour in ("red", "green", "blue")]
    for frame in frames:
        ImageDraw.Draw(frame).rectangle((10, 10, 50, 40), "white")
    return saved(frames[0], picture_format, save_all=True, append_images=frames[1:], **options)


def bmp(masks: tuple[int, ...], *, bits: int = 32, header: int = 40, top_down: bool = False, alpha: int = 255) -> bytes:
    """A BMP whose pixels are cut out of `bits`-bit words by `masks`: red, green, blue and, if given, alpha."""
    image = drawn("RGB")
    rows = []
    for y in range(image.height) if top_down else reversed(range(image.height)):
        row = b"".join(word(image.getpixel((x, y)), masks, bits, alpha) for x in range(image.width))
        rows.append(row + bytes(-len(row) % 4))
    pixels = b"".join(rows)
    height = -image.height if top_down else image.height
    info = struct.pack("<IiiHHIIiiII", header, image.width, height, 1, bits, 3, len(pixels), 0, 0, 0, 0)
    info += struct.pack(f"<{len(masks)}I", *masks)
    info += bytes(max(0, header - len(info)))
    start = 14 + len(info)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + info + pixels


def word(pixel: Any, masks: tuple[int, ...], bits: int, alpha: int) -> bytes:
    value = 0
    for level, mask in zip((*pixel, alpha), masks, strict=False):
        low = max(0, (mask & -mask).bit_length() - 1)
        value |= (level * (mask >> low) // 255) << low
    return value.to_bytes(bits // 8, "little")


def without_box(data: bytes, name: bytes) -> bytes:
    """The same file, a box of its container renamed to one that nobody knows."""
    assert name in data
    return data.replace(name, b"free")


BASES: dict[str, Build] = {
    "jpeg": lambda: saved(drawn(), "JPEG", quality=90),
    "jpeg-444": lambda: saved(drawn(), "JPEG", quality=90, subsampling=0),
    "jpeg-progressive": lambda: saved(drawn(), "JPEG", quality=90, progressive=True),
    "jpeg-grey": lambda: saved(drawn("L"), "JPEG", quality=90),
    "jpeg-cmyk": lambda: saved(drawn("CMYK"), "JPEG", quality=90),
    "jpeg-restarts": lambda: saved(drawn(), "JPEG", quality=90, restart_marker_rows=1),
    "jpeg-turned": lambda: saved(drawn(), "JPEG", quality=90, exif=exif(6)),
    "png": lambda: saved(drawn(), "PNG"),
    "png-rgba": lambda: saved(drawn("RGBA"), "PNG"),
    "png-grey": lambda: saved(drawn("L"), "PNG"),
    "png-grey-alpha": lambda: saved(drawn("LA"), "PNG"),
    "png-palette": lambda: saved(drawn().quantize(16), "PNG"),
    "png-palette-see-through": lambda: saved(drawn().quantize(16), "PNG", transparency=bytes(range(0, 256, 16))),
    "png-1-bit": lambda: saved(drawn("1"), "PNG"),
    "png-interlaced": lambda: png_written(drawn(), interlaced=True),
    "png-many-idat": lambda: png_written(drawn(), split=100),
    "png-16-bit": lambda: png_written(drawn(), depth=16),
    "png-16-bit-grey": lambda: png_written(drawn("L"), depth=16),
    "png-16-bit-rgba": lambda: png_written(drawn("RGBA"), depth=16),
    "gif": lambda: saved(drawn().quantize(64), "GIF", interlace=0),
    "gif-interlaced": lambda: saved(drawn().quantize(64), "GIF", interlace=1),
    "gif-see-through": lambda: saved(drawn().quantize(64), "GIF", transparency=3),
    "gif-animated": lambda: animated("GIF"),
    "bmp": lambda: saved(drawn(), "BMP"),
    "bmp-palette": lambda: saved(drawn().quantize(64), "BMP"),
    "bmp-grey": lambda: saved(drawn("L"), "BMP"),
    "bmp-1-bit": lambda: saved(drawn("1"), "BMP"),
    "bmp-565": lambda: bmp((0xF800, 0x07E0, 0x001F), bits=16),
    "bmp-fields": lambda: bmp((0xFF, 0xFF00, 0xFF0000)),
    "webp": lambda: saved(drawn(), "WEBP", quality=85),
    "webp-lossless": lambda: saved(drawn(), "WEBP", lossless=True),
    "webp-alpha": lambda: saved(drawn("RGBA"), "WEBP", quality=85),
    "webp-animated": lambda: animated("WEBP"),
    "avif": lambda: saved(drawn(), "AVIF", quality=85),
    "avif-alpha": lambda: saved(drawn("RGBA"), "AVIF", quality=85),
    "avif-animated": lambda: animated("AVIF"),
    "apng": apng,
}
"""Pictures that are cut and damaged in every way as well."""

WHOLE: dict[str, Build] = {
    "png-gamma-1.0": lambda: png_written(drawn(), before=gamma(1.0)),
    "png-gamma-0.45455": lambda: png_written(drawn(), before=gamma(0.45455)),
    "png-gamma-0.1": lambda: png_written(drawn(), before=gamma(0.1)),
    "png-gamma-0.25": lambda: png_written(drawn(), before=gamma(0.25)),
    "png-gamma-2.2": lambda: png_written(drawn(), before=gamma(2.2)),
    "png-gamma-0": lambda: png_written(drawn(), before=gamma(0)),
    "png-gamma-srgb": lambda: png_written(drawn(), before=SRGB + gamma(1.0)),
    "png-gamma-adobe": lambda: png_written(drawn(), before=gamma(0.45455) + ADOBE),
    "png-adobe-alone": lambda: png_written(drawn(), before=ADOBE),
    "png-gamma-grey": lambda: png_written(drawn("L"), before=gamma(1.0)),
    "png-gamma-grey-alpha": lambda: png_written(drawn("LA"), before=gamma(1.0)),
    "png-gamma-rgba": lambda: png_written(drawn("RGBA"), before=gamma(1.0)),
    "png-gamma-16-bit": lambda: png_written(drawn(), before=gamma(1.0), depth=16),
    "png-gamma-palette": lambda: png_palette(gamma(1.0)),
    "png-16-bit-trns": lambda: png_written(drawn(), before=trns(16, 220, 30, 30), depth=16),
    "png-16-bit-trns-near": lambda: png_written(drawn(), before=trns(16, 40, 60, 220, off=1), depth=16),
    "png-16-bit-grey-trns": lambda: png_written(drawn("L"), before=trns(16, 86), depth=16),
    "png-16-bit-grey-trns-no-such": lambda: png_written(drawn("L"), before=trns(16, 86, off=3), depth=16),
    "png-trns": lambda: png_written(drawn(), before=trns(8, 220, 30, 30)),
    "png-grey-trns": lambda: png_written(drawn("L"), before=trns(8, 86)),
    "png-trns-twice": lambda: png_written(drawn(), before=trns(8, 220, 30, 30) + trns(8, 40, 60, 220)),
    "png-text-broken": lambda: png_written(drawn(), before=png_chunk(b"zTXt", b"Comment\0\0nonsense")),
    "png-profile-broken": lambda: png_written(drawn(), before=png_chunk(b"iCCP", b"x\0\0nonsense")),
    "png-no-end": lambda: png_written(drawn())[:-12],
    "apng-two-actl": lambda: apng(twice=True),
    "apng-default-no-frame": lambda: apng(default_is_frame=False),
    "apng-default-no-frame-one": lambda: apng(default_is_frame=False, frames=1),
    "apng-claims-more": lambda: apng(claims=9),
    "apng-claims-fewer": lambda: apng(claims=2),
    "apng-claims-one": lambda: apng(claims=1),
    "apng-two-billion": lambda: apng(claims=2**31),
    "apng-sequence-broken": lambda: apng_changed(lambda number: number + 5),
    "apng-frame-outside": lambda: apng_outside(),
    "apng-frame-pixels-broken": lambda: apng_pixels_broken(),
    "apng-actl-behind": lambda: png_written(drawn(), after=png_chunk(b"acTL", struct.pack(">II", 1, 0))),
    "apng-actl-alone": lambda: png_written(drawn(), before=png_chunk(b"acTL", struct.pack(">II", 1, 0))),
    "apng-actl-zero": lambda: png_written(drawn(), before=png_chunk(b"acTL", struct.pack(">II", 0, 0))),
    "bmp-555": lambda: bmp((0x7C00, 0x03E0, 0x001F), bits=16),
    "bmp-4444": lambda: bmp((0x0F00, 0x00F0, 0x000F, 0xF000), bits=16, header=56, alpha=128),
    "bmp-fields-bgr": lambda: bmp((0xFF0000, 0xFF00, 0xFF)),
    "bmp-fields-10-bit": lambda: bmp((0x3FF00000, 0xFFC00, 0x3FF)),
    "bmp-fields-v4-alpha": lambda: bmp((0xFF0000, 0xFF00, 0xFF, 0xFF000000), header=108, alpha=128),
    "bmp-fields-v5-odd": lambda: bmp((0xFF000000, 0xFF0000, 0xFF00, 0xFF), header=124, alpha=128),
    "bmp-fields-v5-no-alpha": lambda: bmp((0xFF, 0xFF00, 0xFF0000, 0), header=124),
    "bmp-fields-top-down": lambda: bmp((0xFF, 0xFF00, 0xFF0000), top_down=True),
    "bmp-fields-332": lambda: bmp((0xE0, 0x1C, 0x03), bits=16),
    "avif-no-pixi": lambda: without_box(saved(drawn(), "AVIF", quality=85), b"pixi"),
    "avif-alpha-no-pixi": lambda: without_box(saved(drawn("RGBA"), "AVIF", quality=85), b"pixi"),
    "jpeg-trailing": lambda: saved(drawn(), "JPEG") + bytes(500),
    "jpeg-grey-with-profile": lambda: saved(drawn("L"), "JPEG", icc_profile=srgb_profile()),
    "png-grey-with-profile": lambda: saved(drawn("L"), "PNG", icc_profile=srgb_profile()),
}


def trns(depth: int, *levels: int, off: int = 0) -> bytes:
    """`levels` at even places of a picture that `png_written` writes, in all its bits; `off` makes it another."""
    values = [level * 257 + off if depth == 16 else level for level in levels]
    return png_chunk(b"tRNS", struct.pack(f">{len(values)}H", *values))


def png_palette(before: bytes) -> bytes:
    image = drawn().quantize(32)
    return png_written(image, before=before + png_chunk(b"PLTE", bytes(image.getpalette() or ())[:96]))


def srgb_profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def apng_changed(change: Callable[[int], int]) -> bytes:
    """The sequence number of the second frame is another."""
    return _rechunked(apng(), lambda name, data, nth: _renumbered(data, change) if nth == 1 else data)


def apng_outside() -> bytes:
    """The second frame reaches outside the picture."""
    wide = struct.pack(">II", SIZE[0], 5)
    return _rechunked(apng(), lambda name, data, nth: data[:12] + wide + data[20:] if nth == 1 else data)


def apng_pixels_broken() -> bytes:
    """The second frame's pixels are no deflate stream."""
    whole = apng()
    at = whole.index(b"fdAT")
    length = int.from_bytes(whole[at - 4 : at], "big")
    broken = png_chunk(b"fdAT", whole[at + 4 : at + 8] + b"\xff" * (length - 4))
    return whole[: at - 4] + broken + whole[at + 8 + length :]


def _renumbered(data: bytes, change: Callable[[int], int]) -> bytes:
    return struct.pack(">I", change(int.from_bytes(data[:4], "big"))) + data[4:]


def _rechunked(data: bytes, change: Callable[[bytes, bytes, int], bytes]) -> bytes:
    """The same PNG, each fcTL (counted from 0) given through `change`."""
    chunks, at, nth = [data[:8]], 8, 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, content = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if name == b"fcTL":
            content, nth = change(name, content, nth), nth + 1
        chunks.append(png_chunk(name, content))
        at += 12 + length
    return b"".join(chunks)


def files() -> Iterator[tuple[str, bytes]]:
    """Every picture by name, whole and in all its damaged forms."""
    for name, build in WHOLE.items():
        yield name, build()
    for name, build in BASES.items():
        yield name, (whole := build())
        yield from damaged(name, whole)


def damaged(name: str, whole: bytes) -> Iterator[tuple[str, bytes]]:
    for cut in CUTS:
        kept = len(whole) - (cut if isinstance(cut, int) else int(len(whole) * cut))
        yield f"{name} cut by {cut}", whole[:kept]
    dice = random.Random(name)
    for nth in range(FLIPS):
        at = dice.randrange(len(whole) // 4, len(whole))
        yield f"{name} byte {nth} changed", whole[:at] + bytes((whole[at] ^ dice.randrange(1, 256),)) + whole[at + 1 :]
