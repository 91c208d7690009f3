"""Calls with a `callback`: kept when they are acknowledged, moderated by a worker, answered through the outbox.

The row holds the work; a notification only wakes a worker. The answer's delivery is written in the transaction of the
case, so a row whose case exists is done with, wherever its worker died.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from celery import shared_task
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import AccessKey
from moderation.contract import json_text
from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.gateway.asked import Asked
from moderation.gateway.codes import FAILED, body_of
from moderation.gateway.moderate import Looked, keep, look_at_all
from moderation.media import store, uploads
from moderation.models import Case, GatewayCall
from moderation.runtime.worker_notifier import notify

log = logging.getLogger(__name__)

WORK_SECONDS = 20  # then the task notifies a worker again, so that others have their turn
SECONDS = 45.0  # for one picture: nobody waits on the line
LEASE = timedelta(seconds=90)  # longer than that, its storing included
MOST_LEASES = 3  # a picture that ended its worker so often is not tried again


def acknowledge(asked: Sequence[Asked], *, by: AccessKey) -> None:
    """Keep the pictures of a call: committed when it returns."""
    rows = [_row(one, by) for one in asked]  # may write to the picture store: before the transaction
    with transaction.atomic():
        GatewayCall.objects.bulk_create(rows)
        notify(moderate_calls, times=len(rows))


@shared_task(name="moderation.moderate_calls")
def moderate_calls() -> None:
    """Running it twice, or never, loses nothing."""
    until = time.monotonic() + WORK_SECONDS
    for _ in work_due():
        if time.monotonic() > until:
            notify(moderate_calls)
            return


def work_due(*, older_than: timedelta = timedelta()) -> Iterator[str]:
    """Moderate every picture that waits, yielding its id when it is done. Maintenance leaves the newer ones."""
    while call := _lease(older_than):
        _work(call)
        yield str(call)


def _row(asked: Asked, by: AccessKey) -> GatewayCall:
    return GatewayCall(
        app=asked.app,
        request_id=asked.request_id,
        bt_id=asked.bt_id,
        key_name=str(by),
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
    return row


def _first(waiting: models.QuerySet[GatewayCall]) -> GatewayCall | None:
    return waiting.select_for_update(skip_locked=True, of=["self"]).select_related("app").first()


def _work(call: GatewayCall) -> None:
    asked = _asked(call)
    if not Case.objects.filter(app=call.app, full_id=asked.full_id).exists():
        keep([_looked(call, asked)], by=f"gateway {call.key_name}")
    call.delete()
    if call.upload:
        uploads.forget(call.upload)


def _looked(call: GatewayCall, asked: Asked) -> Looked:
    if call.attempts >= MOST_LEASES:
        log.error("The picture of call %s ended its worker %s times", call, call.attempts)
        told = "The picture ended the process that looked at it, several times."
        return Looked(asked, body_of(FAILED, told, asked.full_id))
    try:
        pixels = store.get(call.upload) if call.upload else None
    except FileNotFoundError:
        told = "The picture that came with the call is not in the picture store any more."
        return Looked(asked, body_of(FAILED, told, asked.full_id))
    (looked,) = look_at_all([replace(asked, pixels=pixels)], until=time.monotonic() + SECONDS)
    return looked


def _asked(call: GatewayCall) -> Asked:
    body = json_text.loads(call.request.encode())
    request = read_request(root(body)) or Request(raw={})
    return Asked(call.app, call.request_id, body, request, call.bt_id, call.callback)
