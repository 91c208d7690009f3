"""Calls with a `callback`: kept when they are acknowledged, moderated by a worker, answered through the outbox.

The row holds the work; a notification only wakes a worker. The answer's delivery is written in the transaction of the
case, so a row whose case exists is done with, wherever its worker died. While we are down ourselves (the database, the
picture store, the decoder) a call waits: that is no failure of its picture or its engine.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts import audit
from accounts.models import AccessKey
from moderation.contract import json_text
from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.gateway.asked import Asked
from moderation.gateway.codes import FAILED, TOO_MANY, body_of
from moderation.gateway.moderate import Moderated, keep, look_at_all
from moderation.media import store, uploads
from moderation.media.store import StoreDown
from moderation.models import Case, GatewayCall
from moderation.runtime.outages import is_outage
from moderation.runtime.unreturned import Unreturned
from moderation.runtime.worker_notifier import notify
from moderation.tasks import moderate_calls

log = logging.getLogger(__name__)

SECONDS = 45.0  # for one picture: nobody waits on the line
LEASE = timedelta(seconds=90)  # longer than that, its storing included
MOST_LEASES = 3  # a picture that ended its worker so often is not tried again
FIRST_WAIT = timedelta(seconds=5)  # for an engine that has too much to do, or for us; then twice as long each time
LONGEST_WAIT = timedelta(minutes=5)
PATIENCE = timedelta(days=1)  # from then on a fault of ours that comes with every try is told as a failure


def acknowledge(asked: Sequence[Asked], *, by: AccessKey) -> None:
    """Keep the pictures of a call: committed when it returns."""
    rows = [_row(one, by) for one in asked]  # may write to the picture store: before the transaction
    with transaction.atomic():
        GatewayCall.objects.bulk_create(rows, ignore_conflicts=True)  # the same call may be sent again
        notify(moderate_calls, times=len(rows))


def work_due(*, older_than: timedelta = timedelta()) -> Iterator[str]:
    """Moderate every picture that waits, yielding its id when it is done or has to wait. Maintenance leaves the newer
    ones. Raises what the database raises while it is away.
    """
    _unreturned.work()
    while call := _lease(older_than):
        _work(call)
        yield str(call)


def _row(asked: Asked, by: AccessKey) -> GatewayCall:
    return GatewayCall(
        app=asked.app,
        request_id=asked.request_id,
        bt_id=asked.bt_id,
        key_name=audit.name_of(by),
        request=json_text.dumps(_without_pixels(asked)),
        upload=uploads.keep(asked.pixels) if asked.pixels is not None else "",
        callback=asked.callback,
    )


def _without_pixels(asked: Asked) -> dict[str, Any]:
    if asked.pixels is None:
        return asked.body
    data = {name: value for name, value in asked.body["data"].items() if name != "img"}
    return asked.body | {"data": data}


def _lease(older_than: timedelta) -> GatewayCall | None:
    free = Q(leased_until=None) | Q(leased_until__lt=Now())
    with transaction.atomic():
        waiting = GatewayCall.objects.filter(free, due_at__lte=Now() - older_than).order_by("due_at")
        row = _first(waiting)
        if row is not None:
            leased = GatewayCall.objects.filter(pk=row.pk)
            leased.update(leased_until=Now() + LEASE, attempts=F("attempts") + 1)
            row.refresh_from_db(fields=["leased_until"])
    return row


def _first(waiting: models.QuerySet[GatewayCall]) -> GatewayCall | None:
    return waiting.select_for_update(skip_locked=True, of=["self"]).select_related("app").first()


def _work(call: GatewayCall) -> None:
    try:
        _moderate(call)
    except Exception as error:
        if not (isinstance(error, StoreDown) or is_outage(error)):
            raise
        _wait_for_us(call, error)


def _moderate(call: GatewayCall) -> None:
    asked = _asked(call)
    if not Case.objects.filter(app=call.app, full_id=asked.full_id).exists():
        looked = _looked(call, asked)
        if looked.is_service_fault and timezone.now() - call.created_at < PATIENCE:
            _wait_for_us(call, looked.body["message"])
            return
        if looked.body["code"] == TOO_MANY and call.attempts + 1 < MOST_LEASES:
            _give_back(call, wait=_wait(call.attempts))
            return
        keep([looked], by=call.key_name)
    call.delete()
    if call.upload:
        uploads.forget(call.upload)


def _wait_for_us(call: GatewayCall, why: object) -> None:
    """Without counting the lease as one that ended its worker."""
    log.error("The picture of call %s has to wait, the fault is ours: %s", call, why)
    _unreturned.add(call)


def _give_back_uncounted(call: GatewayCall) -> None:
    _give_back(call, wait=_wait(call.outages), attempts=F("attempts") - 1, outages=F("outages") + 1)


_unreturned = Unreturned(_give_back_uncounted)


def _give_back(call: GatewayCall, *, wait: timedelta, **changes: object) -> None:
    """Unless the lease has run out and another worker has the call."""
    ours = GatewayCall.objects.filter(pk=call.pk, leased_until=call.leased_until)
    ours.update(leased_until=None, due_at=Now() + wait, **changes)


def _wait(waits_before: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(waits_before, 10)), LONGEST_WAIT)


def _looked(call: GatewayCall, asked: Asked) -> Moderated:
    if call.attempts >= MOST_LEASES:
        log.error("The picture of call %s ended its worker %s times", call, call.attempts)
        told = "The picture ended the process that looked at it, several times."
        return Moderated(asked, body_of(FAILED, told, asked.full_id))
    try:
        pixels = store.get(call.upload) if call.upload else None
    except FileNotFoundError:
        told = "The picture that came with the call is not in the picture store any more."
        return Moderated(asked, body_of(FAILED, told, asked.full_id))
    (looked,) = look_at_all([replace(asked, pixels=pixels)], until=time.monotonic() + SECONDS)
    return looked


def _asked(call: GatewayCall) -> Asked:
    body = json_text.loads(call.request.encode())
    request = read_request(root(body)) or Request(raw={})
    return Asked(call.app, call.request_id, body, request, call.bt_id, call.callback)
