"""Decode one picture under limits, in a process that the server has forked for it: `work` never returns.

The arguments are FORMAT MAX_FRAMES, or FORMAT `full` for the rendition at full size, or FORMAT `machine` INTERVAL
MAX_FRAMES for the pieces that a machine looks at; the last two have wider limits. The picture is standard input, the
reply goes to standard output; `reply` describes its format.

Trusted modules are imported first, then the limits are set, then the picture is read.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Callable, Sequence
from functools import partial
from typing import NoReturn

from PIL.Image import DecompressionBombError

from moderation.media.decoder.develop import Rendition, develop, enlarge
from moderation.media.decoder.machine_pieces import machine_pieces
from moderation.media.decoder.opener import Opener, opener
from moderation.media.decoder.picture import Picture
from moderation.media.display_errors import Unshowable, damaged, too_expensive, too_many_pixels

MIB = 1024 * 1024
Maker = Callable[[Picture], tuple[dict[str, object], list[Rendition]]]
LIMITS = {
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 2,  # seconds; 36 megapixels of noise, 19 MB of AVIF, take 1.9
    resource.RLIMIT_DATA: 288 * MIB,  # all that is allocated; with the libraries' own pages, 300 MiB resident
    resource.RLIMIT_AS: 1024 * MIB,  # a backstop: more is reserved than ever touched
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_NOFILE: 16,  # some modules are loaded when a picture needs them
    resource.RLIMIT_NPROC: 0,  # neither processes nor threads (root is exempt)
}
CPU_SECONDS = 1.9  # so that no picture costs two seconds
FULL_SIZE_LIMITS = {
    resource.RLIMIT_CPU: 4,  # 36 megapixels of photograph take 1.8 as PNG
    resource.RLIMIT_DATA: 448 * MIB,  # 36 megapixels twice, turned or in another profile a third time, and the JPEG
}
FULL_SIZE_CPU_SECONDS = 3.5
SIGNS_OF_EXPENSE = ("memory", "decompressed data too large", "decoder error -9")
"""In the errors of libheif, of Pillow reading a PNG's texts, and of libtiff, which have no class of their own."""


def work(arguments: Sequence[str]) -> NoReturn:
    picture_format, *kind = arguments
    is_full = kind[0] in ("full", "machine")
    opens = opener(picture_format)
    if picture_format == "HEIF":
        del LIMITS[resource.RLIMIT_NPROC]  # libde265 cannot do without its worker thread
    if is_full:
        LIMITS.update(FULL_SIZE_LIMITS)
    _close_limits(FULL_SIZE_CPU_SECONDS if is_full else CPU_SECONDS)
    os.write(1, b"ready\n")
    figures, renditions = _answer(opens, _maker(*kind))
    with os.fdopen(1, "wb") as reply:
        reply.write(json.dumps(figures).encode() + b"\n")
        reply.writelines(jpeg for _, _, jpeg in renditions)
    os._exit(0)  # no clean-up code runs after a hostile picture


def _maker(kind: str, *numbers: str) -> Maker:
    if kind == "machine":
        return partial(machine_pieces, interval=int(numbers[0]), max_frames=int(numbers[1]))
    return enlarge if kind == "full" else partial(develop, max_frames=int(kind))


def _close_limits(cpu_seconds: float) -> None:
    for limit, most in LIMITS.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)  # the resource limit above counts whole seconds, and is late
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - pathlib is not loaded
        os.dup2(nowhere.fileno(), 2)  # decoders print text from hostile pictures


def _answer(opens: Opener, make: Maker) -> tuple[dict[str, object], list[Rendition]]:
    try:
        with os.fdopen(0, "rb") as file:
            figures, renditions = make(opens(file))
    except Exception as error:
        # Decoders raise any exception for damaged data.
        refusal = _refusal(error)
        return {"why": refusal.why}, []
    sizes = [(width, height, len(jpeg)) for width, height, jpeg in renditions]
    return figures | {"renditions": sizes}, renditions


def _refusal(error: Exception) -> Unshowable:
    if isinstance(error, Unshowable):
        return error
    if isinstance(error, DecompressionBombError):
        return too_many_pixels()
    if isinstance(error, MemoryError) or any(sign in str(error).lower() for sign in SIGNS_OF_EXPENSE):
        return too_expensive()
    return damaged()
