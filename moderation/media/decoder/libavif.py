"""Decode an AVIF and return its pixels a few rows at a time.

Pillow's AVIF decoder makes RGB of the whole picture, copies that, and makes an image of the copy: over 400 MiB for
6000 × 6000. libavif itself keeps 1.5 to 4 bytes for each pixel and turns any part of them into RGB; so libavif is
called here, the very library that Pillow loaded. Constants and struct layouts: `avif/avif.h`, version 1.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint16, c_uint32, c_void_p

from PIL import Image, _avif

from moderation.media.decoder.scaling import readable

_RGB, _RGBA = 0, 1
_OUT_OF_MEMORY = 26
_STRICTNESS = 1  # its place among the settings
_TURNED, _MIRRORED = 1 << 2, 1 << 3
_DEFAULT_SIZE_LIMITS = (16_384 * 16_384, 32_768)


class _Rectangle(Structure):
    _fields_ = [("x", c_uint32), ("y", c_uint32), ("width", c_uint32), ("height", c_uint32)]


class _Decoder(Structure):
    """The start of avifDecoder, up to the decoded picture; we do not use the rest."""

    _fields_ = [
        ("settings", c_int * 7),
        ("size_limits", c_uint32 * 2),
        ("more_settings", c_int * 2),
        ("image", c_void_p),
    ]


class _Image(Structure):
    """The start of avifImage."""

    _fields_ = [
        ("width", c_uint32),
        ("height", c_uint32),
        ("depth", c_uint32),
        ("format_range_position", c_int * 3),
        ("planes", c_void_p * 3),
        ("plane_row_bytes", c_uint32 * 3),
        ("owns_planes", c_int),
        ("alpha_plane", c_void_p),
        ("alpha_row_bytes", c_uint32),
        ("owns_alpha", c_int),
        ("alpha_premultiplied", c_int),
        ("icc_data", c_void_p),
        ("icc_size", c_size_t),
        ("colour_and_light", c_uint16 * 5),
        ("transforms", c_uint32),
        ("pixel_aspect", c_uint32 * 2),
        ("clean_aperture", c_uint32 * 8),
        ("irot", c_uint8),
        ("imir", c_uint8),
    ]


class _Rgb(Structure):
    _fields_ = [
        ("width", c_uint32),
        ("height", c_uint32),
        ("depth", c_uint32),
        ("format", c_int),
        ("chroma_upsampling", c_int),
        ("chroma_downsampling", c_int),
        ("avoid_libyuv", c_int),
        ("ignore_alpha", c_int),
        ("alpha_premultiplied", c_int),
        ("is_float", c_int),
        ("max_threads", c_int),
        ("pixels", c_void_p),
        ("row_bytes", c_uint32),
        ("room", c_uint32 * 8),
    ]


_libavif = ctypes.CDLL(_avif.__file__)
_libavif.avifVersion.restype = c_char_p
_libavif.avifImageCreateEmpty.restype = c_void_p
_libavif.avifDecoderCreate.restype = POINTER(_Decoder)
_libavif.avifDecoderSetIOMemory.argtypes = [POINTER(_Decoder), c_char_p, c_size_t]
_libavif.avifDecoderParse.argtypes = [POINTER(_Decoder)]
_libavif.avifDecoderNextImage.argtypes = [POINTER(_Decoder)]
_libavif.avifImageSetViewRect.argtypes = [c_void_p, c_void_p, POINTER(_Rectangle)]
_libavif.avifRGBImageSetDefaults.argtypes = [POINTER(_Rgb), c_void_p]
_libavif.avifImageYUVToRGB.argtypes = [c_void_p, POINTER(_Rgb)]


def _check_layout() -> None:
    decoder = _libavif.avifDecoderCreate()
    version = _libavif.avifVersion().decode()
    if not version.startswith("1.") or tuple(decoder.contents.size_limits) != _DEFAULT_SIZE_LIMITS:
        raise ImportError(f"libavif {version} has another layout than this was written for")


_check_layout()


class Decoded:
    """The first picture of a file, decoded. The memory is freed when the process ends."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError for damaged data, MemoryError. Parts that browsers do not need may be missing."""
        self._decoder, self._part = _libavif.avifDecoderCreate(), _libavif.avifImageCreateEmpty()
        if not self._decoder or not self._part:
            raise MemoryError
        self._decoder.contents.more_settings[_STRICTNESS] = 0
        self._data = data  # libavif reads it where it is
        _check(_libavif.avifDecoderSetIOMemory(self._decoder, data, len(data)))
        _check(_libavif.avifDecoderParse(self._decoder))
        _check(_libavif.avifDecoderNextImage(self._decoder))
        image = ctypes.cast(self._decoder.contents.image, POINTER(_Image)).contents
        self.size = (image.width, image.height)
        self.has_alpha = bool(image.alpha_plane)
        self.orientation = _orientation(image)
        self.profile = ctypes.string_at(image.icc_data, image.icc_size) if image.icc_size else None

    def band(self, top: int, bottom: int) -> Image.Image:
        """Bands start at even rows: two rows can share their colour."""
        rows = _Rectangle(0, top, self.size[0], bottom - top)
        _check(_libavif.avifImageSetViewRect(self._part, self._decoder.contents.image, byref(rows)))
        return readable(_pixels(self._part, (self.size[0], bottom - top), "RGBa" if self.has_alpha else "RGB"))


def _orientation(image: _Image) -> int:
    """The EXIF turn that does what the container says: first quarter turns against the clock, then a mirror."""
    turns = image.irot & 3 if image.transforms & _TURNED else 0
    mirror = (image.imir & 1) + 1 if image.transforms & _MIRRORED else 0
    return ((1, 8, 3, 6), (4, 5, 2, 7), (2, 7, 4, 5))[mirror][turns]


def _pixels(part: int, size: tuple[int, int], mode: str) -> Image.Image:
    rgb = _Rgb()
    _libavif.avifRGBImageSetDefaults(byref(rgb), part)
    row_bytes = size[0] * len(mode)
    pixels = bytearray(row_bytes * size[1])
    rgb.depth, rgb.format, rgb.alpha_premultiplied = 8, _RGBA if mode == "RGBa" else _RGB, 1
    rgb.pixels = ctypes.addressof((ctypes.c_char * len(pixels)).from_buffer(pixels))
    rgb.row_bytes = row_bytes
    _check(_libavif.avifImageYUVToRGB(part, byref(rgb)))
    return Image.frombytes(mode, size, bytes(pixels), "raw", mode, row_bytes, 1)


def _check(result: int) -> None:
    if result == _OUT_OF_MEMORY:
        raise MemoryError
    if result:
        raise ValueError(f"libavif reports result {result}")
