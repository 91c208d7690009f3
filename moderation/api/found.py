"""Find a case for a backend, and tell all that it may know."""

from __future__ import annotations

from typing import Any

from django.db.models.functions import Now

from accounts.models import AccessKey
from moderation.contract import json_text
from moderation.models import Case, Delivery, FinalResult


def find_case(request_id: str, *, key: AccessKey, app_id: str = "") -> Case | None:
    """The newest case of this `requestId` (or `<requestId>_<btId>`) among the apps the key sees."""
    cases = Case.objects.select_related("app").order_by("-pk")
    if key.app:
        cases = cases.filter(app=key.app)
    if app_id:
        cases = cases.filter(app__app_id=app_id)
    batch, _, bt_id = request_id.rpartition("_")
    return (
        cases.filter(request_id=request_id).first()
        or cases.filter(request_id=batch, bt_id=bt_id).exclude(bt_id="").first()
    )


def answer_about(case: Case) -> dict[str, Any]:
    """All about a case. A result in its undo window has not left yet, so a backend does not see it."""
    machine = case.machine_results.select_related(None).order_by("revision").last()
    released = case.final_results.filter(voided_at=None, release_at__lte=Now()).order_by("revision").last()
    unheard = case.state == Case.State.FINAL and released is None
    return {
        "requestId": case.request_id,
        "appId": case.app.app_id,
        "caseId": str(case.pk),
        "dataId": case.data_id,
        "tokenId": case.token_id,
        "state": Case.State.QUEUED if unheard else case.state,
        "queue": machine.route.get("queue") or None if machine else None,
        "machineResult": json_text.loads(machine.raw.encode()) if machine else None,
        "finalResult": _body(released),
        "revision": released.revision if released else 0,
        "deliveries": [_delivery(one) for one in _deliveries(case, released)],
    }


def _body(released: FinalResult | None) -> Any:
    return json_text.loads(released.body.encode()) if released else None


def _deliveries(case: Case, released: FinalResult | None) -> list[Delivery]:
    if released is None:
        return []
    return list(case.deliveries.filter(revision__lte=released.revision).select_related("endpoint").order_by("pk"))


def _delivery(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.pk),
        "webhookId": delivery.webhook_id,
        "endpoint": delivery.endpoint.name,
        "type": delivery.type,
        "revision": delivery.revision,
        "state": delivery.state,
        "attempts": delivery.attempts_made,
        "why": delivery.why,
    }
