"""Get the pictures of cases: claim a fetch, do the slow part outside any transaction, write down what came of it."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from moderation.media import store
from moderation.media.render import render
from moderation.media.rendered import Rendered, Rendition
from moderation.media.unshowable import Unshowable
from moderation.models import Picture, PictureFetch
from moderation.outbound.client import fetch_picture
from moderation.outbound.errors import Failed, OutboundError

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=60)  # longer than the slowest fetch and render together
MAX_CLAIMS = 3  # a picture that ended its worker this often is not tried again


@dataclass(frozen=True, slots=True)
class CannotShow(Exception):
    why: str


def fetch(case_id: int) -> bool:
    """Fetch the picture of one case, if it is still to be done and nobody is at it. True when it was ours to do."""
    claimed = _claim(PictureFetch.objects.filter(pk=case_id))
    if claimed:
        _work(claimed)
    return claimed is not None


def fetch_due(*, older_than: timedelta = timedelta()) -> Iterator[int]:
    """Fetch every due picture, yielding each case id when done: what the sweep does."""
    while claimed := _claim(PictureFetch.objects.filter(due_at__lte=Now() - older_than).order_by("due_at")):
        _work(claimed)
        yield claimed.pk


def _claim(candidates: models.QuerySet[PictureFetch]) -> PictureFetch | None:
    free = Q(claimed_until=None) | Q(claimed_until__lt=Now())
    with transaction.atomic():
        row = candidates.filter(free, state="pending").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        PictureFetch.objects.filter(pk=row.pk).update(claimed_until=Now() + CLAIM, attempts=F("attempts") + 1)
    return row


def _work(row: PictureFetch) -> None:
    try:
        if row.attempts >= MAX_CLAIMS:
            raise CannotShow("The picture ended the process that prepares it, several times. It is not tried again.")
        _ready(row, _picture(row))
    except Unshowable as problem:
        _unavailable(row, problem.detail)
    except (CannotShow, OutboundError) as problem:
        _unavailable(row, problem.why)


def _picture(row: PictureFetch) -> Picture:
    """Our copy of the row's picture: the one we have when the same bytes came before, else made now."""
    if row.upload and (known := _known(row.upload.rpartition("/")[2])):
        return known
    data = store.get(row.upload) if row.upload else _fetched(row)
    return _known(hashlib.sha256(data).hexdigest()) or _made(render(data))


def _known(sha256: str) -> Picture | None:
    return Picture.objects.filter(sha256=sha256).first()


def _fetched(row: PictureFetch) -> bytes:
    try:
        return _download(row, row.url)
    except Failed:
        if not row.backup_url:
            raise
        return _download(row, row.backup_url)


def _download(row: PictureFetch, url: str) -> bytes:
    return fetch_picture(url, allowed=settings.OUTBOUND_ALLOWED_NETWORKS, verify=row.verify_tls).body


def _made(rendered: Rendered) -> Picture:
    return Picture(
        sha256=rendered.sha256,
        format=rendered.format,
        width=rendered.width,
        height=rendered.height,
        orientation=rendered.orientation,
        frames=rendered.frames,
        web=_keep(rendered.web),
        preview=_keep(rendered.preview),
        thumbnail=_keep(rendered.thumbnail),
    )


def _ready(row: PictureFetch, picture: Picture) -> None:
    with transaction.atomic():
        Picture.objects.bulk_create([picture], ignore_conflicts=True)
        _settle(row, state="ready", picture=picture, why="")
        import_string(settings.PICTURE_HANDOVER)(row.pk)
    if row.upload:
        store.remove(row.upload)


def _unavailable(row: PictureFetch, why: str) -> None:
    log.info("The picture of case %s cannot be shown: %s", row.pk, why)
    _settle(row, state="unavailable", picture=None, why=why)


def _settle(row: PictureFetch, *, state: str, picture: Picture | None, why: str) -> None:
    pending = PictureFetch.objects.filter(pk=row.pk, state="pending")
    pending.update(state=state, picture=picture, why=why, claimed_until=None)


def _keep(rendition: Rendition) -> str:
    return store.put(rendition.data, folder="renditions")
