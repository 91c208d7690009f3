"""Find a case for a backend, and tell all that it may know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import AccessKey
from moderation.contract import json_text
from moderation.models import Case, Delivery, FinalResult

LONGEST_ID = 257  # requestId and btId of 128 characters each, joined


def find_case(request_id: str, *, key: AccessKey, app_id: str = "") -> Case | None:
    """The newest case of this `requestId` (or `<requestId>_<btId>`) among the apps the key sees."""
    cases = Case.objects.select_related("app").order_by("-pk")
    if key.app:
        cases = cases.filter(app=key.app)
    if app_id:
        cases = cases.filter(app__app_id=app_id)
    if "\0" in request_id + app_id or len(request_id) > LONGEST_ID:
        return None
    return cases.filter(request_id=request_id).first() or cases.filter(batch_item(request_id)).first()


def batch_item(joined: str) -> Q:
    """`<requestId>_<btId>`, split at any underscore: both parts may hold some themselves."""
    places = [place for place, character in enumerate(joined) if character == "_"]
    items = [Q(request_id=joined[:place], bt_id=joined[place + 1 :]) & ~Q(bt_id="") for place in places]
    return reduce(or_, items, Q(pk__in=[]))


def state_told(case: Case) -> str:
    return states_told([case])[0]


def states_told(cases: Sequence[Case]) -> list[str]:
    """A result in its undo window has not left yet, so for a backend its case still waits."""
    decided = [case.pk for case in cases if case.state == Case.State.FINAL]
    left = FinalResult.objects.filter(case__in=decided, voided_at=None, release_at__lte=Now()) if decided else None
    final = set(left.values_list("case", flat=True)) if left is not None else set()
    hidden = set(decided) - final
    return [Case.State.QUEUED if case.pk in hidden else case.state for case in cases]


def answer_about(case: Case) -> dict[str, Any]:
    """All about a case that a backend may know by now."""
    machine = case.machine_results.select_related(None).order_by("revision").last()
    released = _released(case)
    return {
        "requestId": case.request_id,
        "appId": case.app.app_id,
        "caseId": str(case.pk),
        "dataId": case.data_id,
        "tokenId": case.token_id,
        "state": state_told(case),
        "queue": machine.route.get("queue") or None if machine else None,
        "machineResult": json_text.loads(machine.raw.encode()) if machine else None,
        "finalResult": _body(released),
        "revision": released.revision if released else 0,
        "deliveries": [_delivery(one) for one in _deliveries(case, released)],
    }


def _released(case: Case) -> FinalResult | None:
    return case.final_results.filter(voided_at=None, release_at__lte=Now()).order_by("revision").last()


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
