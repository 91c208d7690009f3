"""Where the picture of a new case will come from."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from moderation.bell import ring
from moderation.contract.values import Request
from moderation.media import store
from moderation.models import Case, PictureFetch


@dataclass(frozen=True, slots=True)
class Source:
    """A URL to fetch, or bytes already stored as an upload; else `why` there is nothing to show."""

    url: str = ""
    backup_url: str = ""
    upload: str = ""
    why: str = ""
    ignore_tls: bool = False


def is_address(img: str) -> bool:
    """Whether `data.img` names a place to fetch from; else it is base64. Whether the place is one is seen there."""
    return img[:8].lower().startswith(("http://", "https://"))


def source_of(request: Request | None) -> Source:
    if request is None or not request.img:
        return Source(why="The sender gave no picture with this result.")
    if is_address(request.img):
        return Source(url=request.img, backup_url=request.backup_url, ignore_tls=request.is_ignore_tls)
    return _decoded(request.img)


def create_fetch(case: Case, source: Source) -> None:
    """The row that a worker works off; the case can be decided whatever comes of it."""
    from moderation.tasks import fetch_picture

    state = PictureFetch.State.UNAVAILABLE if source.why else PictureFetch.State.PENDING
    PictureFetch.objects.create(
        case=case,
        state=state,
        why=source.why,
        url=source.url,
        backup_url=source.backup_url,
        upload=source.upload,
        verify_tls=not (source.ignore_tls and case.app.allows_ignore_tls),
    )
    if not source.why:
        ring(fetch_picture, case.pk)


def _decoded(img: str) -> Source:
    text = img.partition("base64,")[2] if img.startswith("data:") else img
    try:
        pixels = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return Source(why="data.img is neither an http(s) address nor base64.")
    return Source(upload=store.put(pixels, folder="uploads")) if pixels else Source(why="data.img is empty.")
