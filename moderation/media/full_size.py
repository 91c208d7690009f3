"""The picture with every pixel it has: for zooming in where the web rendition has fewer."""

from __future__ import annotations

import logging

from moderation.media import child_process
from moderation.media.display_errors import Unshowable
from moderation.media.reply import read_full_size
from moderation.media.signatures import recognise

log = logging.getLogger(__name__)

MOST_BYTES = 24 * 1024 * 1024
"""A web process holds the whole of it while it is sent; 36 megapixels of a photograph are about half of this."""


def full_size(data: bytes, *, shown: tuple[int, int], size: tuple[int, int]) -> bytes | None:
    """A JPEG of `size`, upright, or None where the web rendition `shown` is no smaller, or it would cost too much.

    It is made in a child process of its own, after the others: what it costs cannot cost the picture.
    """
    if shown == size:
        return None
    try:
        reply = child_process.enlarge(data, picture_format=recognise(data))
        jpeg = read_full_size(reply, size=size)
    except Unshowable as problem:
        log.info("No rendition at full size, %s × %s: %s", *size, problem.why)
        return None
    return jpeg if len(jpeg) <= MOST_BYTES else None
