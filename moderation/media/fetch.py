"""Fetch the pictures of cases: lease a fetch, do the slow part outside any transaction, record the result."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from datetime import timedelta
from random import random

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from moderation.media import uploads
from moderation.media.prepare import CannotShow, prepare
from moderation.media.retry_waits import wait_after
from moderation.media.store import StoreDown
from moderation.messages import LedgerCode, Message, english
from moderation.models import Picture, PictureFetch
from moderation.runtime import log_context, tracing
from moderation.runtime.outages import is_outage
from moderation.runtime.unreturned import Unreturned

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=75)  # longer than two addresses, two renders and one at full size can take together
MAX_LEASES = 3  # a picture that ended its worker this often is not tried again
DATABASE_WAIT = timedelta(seconds=5)
STORE_TRIES = 20  # over an hour and ten minutes
ANEW = {
    "state": "pending",
    "why": None,
    "failures": 0,
    "store_failures": 0,
    "attempts": 0,
    "leased_until": None,
    "due_at": Now(),
}
"""The fields of a fetch that starts anew."""


def fetch(case_id: int) -> bool:
    """Fetch the picture of one case, if that is pending and not leased. True when this call leased it."""
    leased = _lease(PictureFetch.objects.filter(pk=case_id))
    if leased:
        _work(leased)
    return leased is not None


def fetch_due(*, older_than: timedelta = timedelta()) -> Iterator[int]:
    """Fetch every due picture, yielding each case id when done. Called by maintenance. Raises what the database raises
    while it is away.
    """
    _unreturned.work()
    while leased := _lease(PictureFetch.objects.filter(due_at__lte=Now() - older_than).order_by("due_at")):
        _work(leased)
        yield leased.pk


def start_anew(cases: Collection[int]) -> list[int]:
    """Start the fetches again that failed or wait for their next try. Returns the cases for which it did."""
    waiting = Q(state="unavailable") | Q(state="pending", due_at__gt=Now())
    sent_as_address = ~Q(url="") | ~Q(backup_url="")
    with transaction.atomic():
        rows = PictureFetch.objects.filter(waiting, sent_as_address, pk__in=cases).select_for_update()
        started = sorted(rows.values_list("pk", flat=True))
        PictureFetch.objects.filter(pk__in=started).update(**ANEW)
    return started


def _lease(candidates: models.QuerySet[PictureFetch]) -> PictureFetch | None:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    with transaction.atomic():
        row = candidates.filter(free, state="pending").select_for_update(skip_locked=True).first()
        if row is None:
            return None
        PictureFetch.objects.filter(pk=row.pk).update(leased_until=Now() + LEASE, attempts=F("attempts") + 1)
        row.refresh_from_db(fields=["leased_until"])
    return row


def _work(row: PictureFetch) -> None:
    with log_context.about(caseId=row.pk), tracing.span("picture"):
        _prepare(row)


def _prepare(row: PictureFetch) -> None:
    try:
        if row.attempts >= MAX_LEASES:
            raise CannotShow(Message(LedgerCode.PICTURE_ENDS_PROCESS))
        _ready(row, prepare(row))
    except CannotShow as problem:
        _cannot_show(row, problem)
    except StoreDown as down:
        _put_off(row, down)
    except Exception as error:
        if is_outage(error):
            log.error("The picture of case %s has to wait, the database does not answer: %s", row.pk, error)
            _unreturned.add(row)
        raise


def _give_back(row: PictureFetch) -> None:
    """Without counting the lease as one that ended its worker."""
    ours = PictureFetch.objects.filter(pk=row.pk, leased_until=row.leased_until)
    ours.update(leased_until=None, attempts=F("attempts") - 1, due_at=Now() + DATABASE_WAIT)


_unreturned = Unreturned(_give_back)


def _ready(row: PictureFetch, picture: Picture) -> None:
    with transaction.atomic():
        if picture._state.adding:
            keep(picture)
        _write_outcome(row, state="ready", picture=picture, why=None)
        import_string(settings.PICTURE_HANDOVER)(row.pk)
    if settings.LOG_EACH:
        log.info("The picture is ready")
    _forget_upload(row)


def keep(picture: Picture) -> None:
    """Save a picture whose renditions are in the store. A picture that had lost its files is no longer marked so."""
    found = [field.name for field in Picture._meta.concrete_fields if field.name not in ("sha256", "created_at")]
    Picture.objects.bulk_create([picture], update_conflicts=True, unique_fields=["sha256"], update_fields=found)


def _cannot_show(row: PictureFetch, problem: CannotShow) -> None:
    log.info("The picture of case %s cannot be shown: %s", row.pk, english(problem.why))
    wait = wait_after(row.failures + 1, asked=problem.asked, chance=random) if problem.may_pass else None
    if wait is None:
        _write_outcome(row, state="unavailable", picture=None, why=problem.why)
        _forget_upload(row)
        return
    _change(
        row,
        leased_until=None,
        attempts=F("attempts") - 1,
        failures=F("failures") + 1,
        due_at=Now() + wait,
        why=problem.why,
    )


def _put_off(row: PictureFetch, down: StoreDown) -> None:
    """A store that is down says nothing about the picture: try again, in 5 s at first, then ever later."""
    log.error("The picture of case %s has to wait, the picture store does not answer: %s", row.pk, down)
    if row.store_failures + 1 >= STORE_TRIES:
        _write_outcome(row, state="unavailable", picture=None, why=Message(LedgerCode.PICTURE_STORE_SILENT))
        return
    _change(
        row,
        leased_until=None,
        attempts=F("attempts") - 1,
        store_failures=F("store_failures") + 1,
        due_at=Now() + timedelta(seconds=min(5 * 2**row.store_failures, 300)),
        why=Message(LedgerCode.PICTURE_STORE_WAITS),
    )


def _write_outcome(row: PictureFetch, *, state: str, picture: Picture | None, why: Message | None) -> None:
    _change(row, state=state, picture=picture, why=why, leased_until=None, failures=0)


def _change(row: PictureFetch, **fields: object) -> None:
    """Update the row only if its address is still the one fetched: a later result may have named another meanwhile."""
    unchanged = {"url": row.url, "backup_url": row.backup_url, "upload": row.upload}
    PictureFetch.objects.filter(pk=row.pk, state="pending", **unchanged).update(**fields)


def _forget_upload(row: PictureFetch) -> None:
    if row.upload:
        uploads.forget(row.upload)
