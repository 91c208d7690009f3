"""Where the picture of a new case will come from."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.database import write_batch
from moderation.contract.values import Request
from moderation.media import store
from moderation.models import Case, PictureFetch
from moderation.runtime.worker_notifier import ring


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
    return img.lstrip()[:8].lower().startswith(("http://", "https://"))


def source_of(request: Request | None) -> Source:
    if request is None or not request.img:
        return Source(why="The sender gave no picture with this result.")
    if is_address(request.img):
        return Source(url=request.img, backup_url=request.backup_url, ignore_tls=request.is_ignore_tls)
    return _decoded(request.img)


def create_fetches(sent: Sequence[tuple[Case, Source]]) -> None:
    """The rows that workers work off; a case can be decided whatever comes of it."""
    fetches = [_fetch(case, source) for case, source in sent]
    write_batch.insert(PictureFetch, [{"attempts": 0, **fetch} for fetch in fetches])
    _ring([fetch["case_id"] for fetch in fetches if not fetch["why"]])


def supply(sent: Sequence[tuple[Case, Source]]) -> None:
    """A later result can bring the picture that the first came without."""
    given = {case.pk: (case, source) for case, source in sent if not source.why}
    missing = PictureFetch.objects.filter(pk__in=list(given), url="", upload="", picture=None)
    supplied = list(missing.values_list("pk", flat=True))
    for pk in supplied:
        missing.filter(pk=pk).update(**_fetch(*given[pk]))
    _ring(supplied)


def _fetch(case: Case, source: Source) -> dict[str, Any]:
    state = PictureFetch.State.UNAVAILABLE if source.why else PictureFetch.State.PENDING
    return {
        "case_id": case.pk,
        "state": state.value,
        "why": source.why,
        "url": source.url,
        "backup_url": source.backup_url,
        "upload": source.upload,
        "verify_tls": not (source.ignore_tls and case.app.allows_ignore_tls),
    }


def _ring(cases: Sequence[int]) -> None:
    from moderation.tasks import fetch_pictures

    if cases:
        ring(fetch_pictures, times=len(cases))


def _decoded(img: str) -> Source:
    text = img.partition("base64,")[2] if img.startswith("data:") else img
    try:
        pixels = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return Source(why="data.img is neither an http(s) address nor base64.")
    return Source(upload=store.put(pixels, folder="uploads")) if pixels else Source(why="data.img is empty.")
