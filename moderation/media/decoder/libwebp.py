"""Decode a WebP straight to the size it is shown in.

Pillow's WebP decoder keeps two canvases, a copy and the picture: 16 bytes for each pixel, 549 MiB for 6000 × 6000.
libwebp can scale row by row while it decodes, which Pillow does not offer; so libwebp is called here, the very
library that Pillow loaded. Constants and struct layouts are those of libwebp's `webp/decode.h`, decoder ABI 2.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p

from PIL import Image, _webp

from moderation.media.decoder import shown_rows

_ABI = 0x0200
_RGB, _RGBA_PREMULTIPLIED = 0, 7
_OUT_OF_MEMORY, _SUSPENDED = 1, 5


class _Features(Structure):
    _fields_ = [
        ("width", c_int),
        ("height", c_int),
        ("has_alpha", c_int),
        ("has_animation", c_int),
        ("format", c_int),
        ("pad", c_uint32 * 5),
    ]


class _Pixels(Structure):
    """The RGBA member of a union whose other member is 80 bytes long."""

    _fields_ = [("start", c_void_p), ("stride", c_int), ("size", c_size_t), ("unused", c_void_p * 7)]


class _Output(Structure):
    _fields_ = [
        ("colorspace", c_int),
        ("width", c_int),
        ("height", c_int),
        ("is_external_memory", c_int),
        ("pixels", _Pixels),
        ("pad", c_uint32 * 4),
        ("private_memory", c_void_p),
    ]


class _Options(Structure):
    _fields_ = [
        ("before_scaling", c_int * 7),
        ("use_scaling", c_int),
        ("scaled_width", c_int),
        ("scaled_height", c_int),
        ("after_scaling", c_int * 4),
        ("pad", c_uint32 * 5),
    ]


class _Config(Structure):
    _fields_ = [("input", _Features), ("output", _Output), ("options", _Options)]


_libwebp = ctypes.CDLL(_webp.__file__)
_libwebp.WebPInitDecoderConfigInternal.argtypes = [POINTER(_Config), c_int]
_libwebp.WebPGetFeaturesInternal.argtypes = [c_char_p, c_size_t, POINTER(_Features), c_int]
_libwebp.WebPDecode.argtypes = [c_char_p, c_size_t, POINTER(_Config)]
_libwebp.WebPIDecode.argtypes = [c_char_p, c_size_t, POINTER(_Config)]
_libwebp.WebPIDecode.restype = c_void_p
_libwebp.WebPIAppend.argtypes = [c_void_p, c_char_p, c_size_t]
_libwebp.WebPIDecGetRGB.argtypes = [c_void_p, POINTER(c_int), c_void_p, c_void_p, c_void_p]

if not _libwebp.WebPInitDecoderConfigInternal(byref(_Config()), _ABI):
    raise ImportError("libwebp's decoder has another layout than this was written for")


def size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, from the header. Raises ValueError for an invalid header."""
    features = _features(data)
    return features.width, features.height


def decode(data: bytes, target: tuple[int, int]) -> tuple[Image.Image, bool]:
    """The picture at exactly `target`, RGB or RGBA, and whether it is complete; missing parts are transparent.

    Raises ValueError when not one row can be decoded, MemoryError.
    """
    has_alpha = bool(_features(data).has_alpha)
    mode = "RGBa" if has_alpha else "RGB"
    pixels = bytearray(target[0] * len(mode) * target[1])
    config = _config(target, pixels, mode)
    status = _libwebp.WebPDecode(data, len(data), byref(config))
    if status == _OUT_OF_MEMORY:
        raise MemoryError
    rows = _rows_of_broken(data, target, pixels, mode) if status else target[1]
    image = Image.frombuffer(mode, target, pixels, "raw", mode, target[0] * len(mode), 1)
    if rows < target[1]:
        image = shown_rows.cut_out(image, 0, (0, rows))
    return image.convert("RGBA") if image.mode == "RGBa" else image, status == 0


def _rows_of_broken(data: bytes, target: tuple[int, int], pixels: bytearray, mode: str) -> int:
    """Decode as far as possible, as browsers do while a picture loads. Returns the number of rows."""
    config, last = _config(target, pixels, mode), c_int(0)
    decoder = _libwebp.WebPIDecode(None, 0, byref(config))
    if not decoder:
        raise MemoryError
    step = max(128, len(data) // 2048)  # all at once, an error in the last row would hide the first
    for start in range(0, len(data), step):
        status = _libwebp.WebPIAppend(decoder, data[start : start + step], len(data[start : start + step]))
        if status == _OUT_OF_MEMORY:
            raise MemoryError
        _libwebp.WebPIDecGetRGB(decoder, byref(last), None, None, None)
        if status not in (0, _SUSPENDED):
            break
    if last.value <= 0:
        raise ValueError(f"libwebp reports status {status} before the first row")
    return last.value


def _config(target: tuple[int, int], pixels: bytearray, mode: str) -> _Config:
    config, stride = _Config(), target[0] * len(mode)
    _libwebp.WebPInitDecoderConfigInternal(byref(config), _ABI)
    config.options.use_scaling = 1
    config.options.scaled_width, config.options.scaled_height = target
    config.output.is_external_memory = 1
    config.output.pixels.start = ctypes.addressof((ctypes.c_char * len(pixels)).from_buffer(pixels))
    config.output.pixels.stride = stride
    config.output.pixels.size = len(pixels)
    config.output.colorspace = _RGBA_PREMULTIPLIED if mode == "RGBa" else _RGB
    return config


def _features(data: bytes) -> _Features:
    features = _Features()
    _check(_libwebp.WebPGetFeaturesInternal(data, len(data), byref(features), _ABI))
    return features


def _check(status: int) -> None:
    if status == _OUT_OF_MEMORY:
        raise MemoryError
    if status:
        raise ValueError(f"libwebp reports status {status}")
