"""Turn untrusted picture bytes into clean JPEG renditions. Nothing here decodes a picture."""

from __future__ import annotations

import hashlib

from moderation.media import child_process
from moderation.media.decoder_server import DecoderDidNotStart
from moderation.media.display_errors import Unshowable, WhyCode
from moderation.media.rendition import Looked, Rendered, Rendition
from moderation.media.reply import read_pieces, read_reply
from moderation.media.signatures import recognise
from moderation.messages import LedgerCode, Message

__all__ = ["DecoderDidNotStart", "Looked", "Rendered", "Rendition", "Unshowable", "WhyCode", "look", "render"]

MIB = 1024 * 1024
INPUT_BYTES = 30 * MIB
"""The detection service accepts pictures up to 30 MB (CONTRACT §3, asynchronous calls)."""


def look(data: bytes, *, interval: int, max_frames: int) -> Looked:
    """The pieces of `data` that a machine looks at: of an animation every `interval`th frame, or fewer so that there
    are at most `max_frames`; of a long picture its tiles. Raises as `render` does.
    """
    picture_format = _recognised(data)
    reply = child_process.cut_for_machines(
        data, picture_format=picture_format, interval=interval, max_frames=max_frames
    )
    return read_pieces(reply, picture_format=picture_format, max_frames=max_frames)


def render(data: bytes, *, max_frames: int = 20) -> Rendered:
    """Decode `data` in a short-lived child process and return its renditions.

    At most `max_frames` (≥ 1) frames of an animated picture are rendered, spread evenly over as much of it as can
    be decoded in time. Raises Unshowable for every input that does not become a picture, DecoderDidNotStart when
    the decoder itself is broken, nothing else.
    """
    picture_format = _recognised(data)
    reply = child_process.develop(data, picture_format=picture_format, max_frames=max_frames)
    sha256 = hashlib.sha256(data).hexdigest()
    return read_reply(reply, sha256=sha256, picture_format=picture_format, max_frames=max_frames)


def _recognised(data: bytes) -> str:
    if len(data) > INPUT_BYTES:
        megabytes = round(len(data) / MIB, 1)
        message = Message(LedgerCode.PICTURE_TOO_MANY_BYTES, megabytes=megabytes, most=INPUT_BYTES // MIB)
        raise Unshowable(WhyCode.TOO_LARGE_BYTES, message)
    return recognise(data)
