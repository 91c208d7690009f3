"""Get the picture of a call, by its address or out of the call itself, and cut it for the engines."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from django.conf import settings

from moderation.engines.protocol import Frame
from moderation.gateway.asked import Asked
from moderation.gateway.codes import FAILED, NOT_FETCHED, WRONG_PARAMETERS, CallRefused, ServiceFault
from moderation.gateway.parameters import too_large
from moderation.media.render import DecoderDidNotStart, Looked, Unshowable, look
from moderation.media.rendition import LARGEST_SIDE, SMALLEST_SIDE
from moderation.messages import english
from moderation.outbound.client import fetch_picture
from moderation.outbound.errors import OurFault, OutboundError, TooLarge
from moderation.outbound.limits import PICTURE
from moderation.outbound.urls import as_browsers_call

FETCH_SECONDS = 6.5
"""For one address: twice to connect (2 s) and to read (3 s) as the documents say, and no longer in all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture's bytes, what the engines look at, and how long the bytes were on their way. `is_short`: not every
    frame that should be looked at could be decoded.
    """

    data: bytes
    frames: tuple[Frame, ...]
    download_ms: int
    is_short: bool


def see(asked: Asked, *, until: float) -> Seen:
    """Before `until`, on the monotonic clock. Raises CallRefused: 1902 for what is no picture that can be looked at,
    1911 where no address gave anything, 1903 where the fault is ours.
    """
    if asked.pixels is not None:
        return _looked_at(asked, asked.pixels, asked.img_name, download_ms=0)
    try:
        return _fetched(asked, asked.request.img, asked.img_name, until=until)
    except CallRefused as first:
        if not asked.request.backup_url:
            raise
        try:
            return _fetched(asked, asked.request.backup_url, "data.backupUrl", until=until)
        except CallRefused as second:
            raise _both(first, second) from None


def _both(first: CallRefused, second: CallRefused) -> CallRefused:
    """Ours where one of the two is; else 1911 where one of the two could not be fetched."""
    message = f"{first.message} {second.message}"
    if ours := next((one for one in (first, second) if isinstance(one, ServiceFault)), None):
        return ServiceFault(ours.code, message)
    return CallRefused(max(first.code, second.code), message)


def _fetched(asked: Asked, url: str, name: str, *, until: float) -> Seen:
    started = time.monotonic()
    data = _download(asked, as_browsers_call(url), name, seconds=min(FETCH_SECONDS, until - started))
    return _looked_at(asked, data, name, download_ms=round((time.monotonic() - started) * 1000))


def _download(asked: Asked, url: str, name: str, *, seconds: float) -> bytes:
    if seconds <= 0:
        raise CallRefused(NOT_FETCHED, f"{name}: There was no time left to fetch it.")
    verify = not (asked.request.is_ignore_tls and asked.app.allows_ignore_tls)
    limits = replace(PICTURE, total_seconds=seconds, max_bytes=asked.most_bytes)
    allowed, own = settings.OUTBOUND_ALLOWED_NETWORKS, settings.OWN_HOSTS
    try:
        return fetch_picture(url, allowed=allowed, own_hosts=own, verify=verify, limits=limits).body
    except TooLarge:
        raise CallRefused(WRONG_PARAMETERS, f"{name}: {too_large(asked)}") from None
    except OurFault as fault:
        raise ServiceFault(FAILED, f"{name}: {fault}.") from fault
    except OutboundError as problem:
        raise CallRefused(NOT_FETCHED, f"{name}: {problem}.") from problem


def _looked_at(asked: Asked, data: bytes, name: str, *, download_ms: int) -> Seen:
    found = _cut(asked, data, name)
    if not found.pieces:
        sides = f"{found.width} × {found.height}"
        allowed = f"{SMALLEST_SIDE} × {SMALLEST_SIDE} to {LARGEST_SIDE} × {LARGEST_SIDE}"
        raise CallRefused(WRONG_PARAMETERS, f"{name}: The picture is {sides} pixels; send {allowed}.")
    frames = [
        Frame(piece.data, piece.width, piece.height, piece.frame, piece.left, piece.top) for piece in found.pieces
    ]
    return Seen(data, tuple(frames), download_ms, found.is_short)


def _cut(asked: Asked, data: bytes, name: str) -> Looked:
    request = asked.request
    try:
        return look(data, interval=request.interval, max_frames=request.max_frame)
    except Unshowable as problem:
        raise CallRefused(WRONG_PARAMETERS, f"{name}: {english(problem.message)}") from problem
    except DecoderDidNotStart as fault:
        raise ServiceFault(FAILED, f"{name}: The picture could not be decoded by a fault of ours.") from fault
