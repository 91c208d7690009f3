"""Get the pictures of cases: claim a fetch, do the slow part outside any transaction, write down what came of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from moderation.media import store
from moderation.media.prepare import CannotShow, prepare
from moderation.media.store import StoreDown
from moderation.models import Picture, PictureFetch

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than two addresses and two renders can take together
MAX_LEASES = 3  # a picture that ended its worker this often is not tried again
STORE_TRIES = 20  # over an hour and ten minutes


def fetch(case_id: int) -> bool:
    """Fetch the picture of one case, if it is still to be done and nobody is at it. True when it was ours to do."""
    leased = _lease(PictureFetch.objects.filter(pk=case_id))
    if leased:
        _work(leased)
    return leased is not None


def fetch_due(*, older_than: timedelta = timedelta()) -> Iterator[int]:
    """Fetch every due picture, yielding each case id when done: what maintenance does."""
    while leased := _lease(PictureFetch.objects.filter(due_at__lte=Now() - older_than).order_by("due_at")):
        _work(leased)
        yield leased.pk


def _lease(candidates: models.QuerySet[PictureFetch]) -> PictureFetch | None:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    with transaction.atomic():
        row = candidates.filter(free, state="pending").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        PictureFetch.objects.filter(pk=row.pk).update(leased_until=Now() + LEASE, attempts=F("attempts") + 1)
    return row


def _work(row: PictureFetch) -> None:
    try:
        if row.attempts >= MAX_LEASES:
            raise CannotShow("The picture ended the process that prepares it, several times. It is not tried again.")
        _ready(row, prepare(row))
    except CannotShow as problem:
        _unavailable(row, problem.why)
    except StoreDown as down:
        _put_off(row, down)


def _ready(row: PictureFetch, picture: Picture) -> None:
    with transaction.atomic():
        Picture.objects.bulk_create([picture], ignore_conflicts=True)
        _settle(row, state="ready", picture=picture, why="")
        import_string(settings.PICTURE_HANDOVER)(row.pk)
    _forget_upload(row)


def _unavailable(row: PictureFetch, why: str) -> None:
    log.info("The picture of case %s cannot be shown: %s", row.pk, why)
    _settle(row, state="unavailable", picture=None, why=why)
    _forget_upload(row)


def _put_off(row: PictureFetch, down: StoreDown) -> None:
    """That the store is down says nothing about the picture: it is tried again, in 5 s at first, then ever later."""
    log.error("The picture of case %s has to wait, the picture store does not answer: %s", row.pk, down)
    if row.store_failures + 1 >= STORE_TRIES:
        _settle(row, state="unavailable", picture=None, why="The picture store did not answer for over an hour.")
        return
    _change(
        row,
        leased_until=None,
        attempts=F("attempts") - 1,
        store_failures=F("store_failures") + 1,
        due_at=Now() + timedelta(seconds=min(5 * 2**row.store_failures, 300)),
        why="The picture store does not answer; this picture is tried again.",
    )


def _settle(row: PictureFetch, *, state: str, picture: Picture | None, why: str) -> None:
    _change(row, state=state, picture=picture, why=why, leased_until=None)


def _change(row: PictureFetch, **fields: object) -> None:
    PictureFetch.objects.filter(pk=row.pk, state="pending").update(**fields)


def _forget_upload(row: PictureFetch) -> None:
    """What was sent is not kept once it was shown or refused: only our own pixels are."""
    try:
        if row.upload:
            store.remove(row.upload)
    except StoreDown as down:
        log.warning("The upload of case %s stays in the picture store: %s", row.pk, down)
