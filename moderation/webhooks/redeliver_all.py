"""Make all deliveries that match some filters once more, in chunks, each exactly once.

The job is a row. A chunk is one transaction: it locks the row, makes the next deliveries due again in the order of
their ids, and moves the row's cursor behind them. So a job stops between two chunks and goes on from there, whatever
ended the process; two processes never work on the same one; and a delivery that fails again lies behind the cursor.

Only FEW of a job's deliveries are in line at a time, so that fresh results never wait behind thousands.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.models import Delivery, Endpoint, Redelivery
from moderation.webhooks import delivery_log, outbox
from moderation.webhooks.delivery_filters import OF_REQUEST, Filters, conditions
from moderation.webhooks.delivery_log import Counted

log = logging.getLogger(__name__)

CHUNK = 25
FEW = 100  # of a job's deliveries may be due at once
COUNTED = 10_000
_LOOKED_TO_COUNT = 40_000
_LOOKED_IN_A_CHUNK = 5_000

State = Redelivery.State
AGAIN = (Delivery.State.DELIVERED, Delivery.State.DEAD)

_NEXT = """
WITH looked AS MATERIALIZED (
    SELECT d.id, d.case_id, d.endpoint_id, d.state, d.type, d.created_at, d.webhook_id
      FROM moderation_delivery d
     WHERE d.id > %(cursor)s AND d.id <= %(last)s AND {indexed}
     ORDER BY d.id
     LIMIT %(looked)s
)
SELECT ARRAY(SELECT d.id
               FROM looked d
               LEFT JOIN moderation_case c ON c.id = d.case_id
              WHERE d.state = ANY(%(again)s) AND {conditions}
              ORDER BY d.id
              LIMIT %(chunk)s),
       (SELECT CASE WHEN count(*) >= %(looked)s THEN max(id) END FROM looked)
"""
_OVERTAKEN = """
SELECT d.id
  FROM moderation_delivery d
 WHERE d.id = ANY(%s) AND d.case_id IS NOT NULL
   AND EXISTS (SELECT FROM moderation_delivery later
                WHERE later.case_id = d.case_id AND later.endpoint_id = d.endpoint_id AND later.state <> 'cancelled'
                  AND (later.revision > d.revision OR (later.revision = 0 AND later.id > d.id)))
"""


class NothingMatches(ValueError):
    """No delivery that could be made once more matches."""


class UnderWay(ValueError):
    """Another one for the same filters is under way."""


def count(filters: Filters) -> Counted:
    """How many match that could be made once more: delivered or dead ones."""
    return delivery_log.count(filters, up_to=COUNTED, looked=_LOOKED_TO_COUNT, states=AGAIN)


def start(filters: Filters, *, by: User) -> Redelivery:
    """A job for what matches now, or the one that is under way for the same filters. Raises NothingMatches."""
    check(by, Permission.ADMINISTER)
    same: dict[str, Any] = {"filters": filters.stored(), "state": State.RUNNING}
    if running := Redelivery.objects.filter(**same).first():
        return running
    counted = count(filters)
    newest = Delivery.objects.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None or not (counted.number or counted.more):
        raise NothingMatches(gettext("Nothing matches that could be redelivered: only delivered and dead ones can."))
    with transaction.atomic():
        facts: dict[str, Any] = {
            "counted": counted.number,
            "counted_more": counted.more,
            "last_id": newest,
            "cursor": delivery_log.begins_after(filters),
            "created_by": by,
        }
        job, is_new = Redelivery.objects.get_or_create(**same, defaults=facts)
        if is_new:
            audit.record(AuditAction.REDELIVERY_STARTED, by=by, on=job, filters=job.filters, counted=job.counted)
    return job


def cancel(job: Redelivery, *, by: User) -> None:
    """Stop after the chunk that is under way. Nothing changes when it is over."""
    _set_state(job, State.CANCELLED, AuditAction.REDELIVERY_CANCELLED, only=State.RUNNING, by=by)


def resume(job: Redelivery, *, by: User) -> None:
    """Go on behind the last delivery that a cancelled job has done. Nothing changes otherwise. Raises UnderWay."""
    try:
        _set_state(job, State.RUNNING, AuditAction.REDELIVERY_RESUMED, only=State.CANCELLED, by=by)
    except IntegrityError as repeat:
        raise UnderWay(gettext("The same redelivery is under way already.")) from repeat


def work(*, for_seconds: float = 2.0) -> int:
    """Do chunks of the jobs under way until their deliveries in line are enough. Returns how many were made due."""
    until, done = monotonic() + for_seconds, 0
    for pk in Redelivery.objects.filter(state=State.RUNNING).order_by("pk").values_list("pk", flat=True):
        try:
            while monotonic() < until and (made := _chunk(pk)) is not None:
                done += made
        except Exception:  # whoever calls this has deliveries to send
            log.exception("A chunk of redelivery %s failed; it is done again.", pk)
    return done


def _chunk(pk: int) -> int | None:
    """One chunk. Returns how many deliveries it made due; None when there is nothing to do for this job now."""
    with transaction.atomic():
        job = Redelivery.objects.select_for_update(skip_locked=True).filter(pk=pk, state=State.RUNNING).first()
        if job is None or (room := FEW - _in_line(job)) <= 0:
            return None
        found = _next(job, min(CHUNK, room))
        job.cursor = found.cursor
        made = _make_due(found.ids, job)
        job.redelivered += made
        job.refused += len(found.ids) - made
        if found.is_last:
            job.state, job.ended_at = State.FINISHED, Now()
            facts = {"redelivered": job.redelivered, "refused": job.refused}
            audit.record(AuditAction.REDELIVERY_FINISHED, by="maintenance", on=job, **facts)
        job.save()
    return made


def _in_line(job: Redelivery) -> int:
    """How many of its deliveries are due and not tried yet; those that wait for a later try do not count."""
    due = Delivery.objects.filter(redelivery=job, state=Delivery.State.PENDING, due_at__lte=Now())
    return due.order_by().values("pk")[:FEW].count()


@dataclass(frozen=True, slots=True)
class _Found:
    ids: list[int]
    cursor: int
    is_last: bool


def _next(job: Redelivery, chunk: int) -> _Found:
    """A request's deliveries are few and have an index: the others are not looked at."""
    filters = Filters.read(job.filters)
    sql, parameters = conditions(filters)
    asked = parameters | {
        "cursor": job.cursor,
        "last": job.last_id,
        "looked": delivery_log.LARGEST_ID if filters.request else _LOOKED_IN_A_CHUNK,
        "again": list(AGAIN),
        "chunk": chunk,
    }
    with connection.cursor() as cursor:
        indexed = OF_REQUEST if filters.request else "true"
        cursor.execute(_NEXT.format(conditions=sql, indexed=indexed), asked)
        ids, looked_to = cursor.fetchone()
    if len(ids) == chunk:
        return _Found(ids, ids[-1], is_last=False)
    return _Found(ids, looked_to or job.last_id, is_last=looked_to is None)


def _make_due(ids: Sequence[int], job: Redelivery) -> int:
    """Endpoints are locked before their deliveries, as every change of an endpoint does. Returns how many it did."""
    if not ids:
        return 0
    of_these = Endpoint.objects.filter(pk__in=Delivery.objects.filter(pk__in=ids).values("endpoint"))
    endpoints = {one.pk: one for one in of_these.select_for_update(no_key=True).order_by("pk")}
    matching = Delivery.objects.filter(pk__in=ids, state__in=AGAIN).exclude(
        Q(redelivery=job) | Q(payload="")
    )  # "": erased
    rows = list(matching.select_for_update().defer("payload").order_by("pk"))
    overtaken = _overtaken([one.pk for one in rows])
    wanted = [one for one in rows if one.pk not in overtaken and _is_left(endpoints[one.endpoint_id])]
    told = [(one, {"webhook_id": one.webhook_id, "was": one.state, "redelivery": job.pk}) for one in wanted]
    for endpoint in endpoints.values():
        due = [one.pk for one in wanted if one.endpoint_id == endpoint.pk]
        again: dict[str, Any] = {"state": outbox.state_for(endpoint), "ended_at": None, "due_at": Now()}
        Delivery.objects.filter(pk__in=due).update(**again, redelivery=job)
    audit.record_all(AuditAction.DELIVERY_REDELIVERED, told, by=job.created_by)
    return len(wanted)


def _is_left(endpoint: Endpoint) -> bool:
    return endpoint.state != Endpoint.State.DELETED


def _overtaken(ids: list[int]) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKEN, [ids])
        return {pk for (pk,) in cursor.fetchall()}


def _set_state(job: Redelivery, state: State, action: AuditAction, *, only: State, by: User) -> None:
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = Redelivery.objects.select_for_update().get(pk=job.pk)
        if locked.state == only:
            locked.state, locked.ended_at = state, None if state == State.RUNNING else Now()
            locked.save(update_fields=["state", "ended_at"])
            audit.record(action, by=by, on=locked, before=only, redelivered=locked.redelivered)
    job.refresh_from_db()
