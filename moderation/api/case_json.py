"""What backends may know about cases at this time, as JSON: the same for one case and for a page of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Now
from simplejson import RawJSON

from moderation.contract import json_text
from moderation.contract.result_body import machine_result
from moderation.contract.values import Shape
from moderation.erasure.kinds import ERASED_AT
from moderation.messages import english
from moderation.models import Case, Delivery, FinalResult, MachineResult


def about(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """One object per case, in their order. Stored bodies are JSON text already: render with json_text.dumps."""
    standing = MachineResult.objects.filter(case__in=cases, revision=F("case__stands_on"))
    machines = {one.case_id: one for one in standing}
    released = {one.case_id: one for one in _latest(released_results().filter(case__in=cases))}
    sent = defaultdict(list)
    for delivery in Delivery.objects.filter(case__in=cases).select_related("endpoint").order_by("pk"):
        sent[delivery.case_id].append(delivery)
    return [_answer(case, machines.get(case.pk), released.get(case.pk), sent[case.pk]) for case in cases]


def released_results() -> QuerySet[FinalResult]:
    """Final results whose undo window is over: backends see no others."""
    return FinalResult.objects.filter(voided_at=None, release_at__lte=Now())


def state(case: Case, released: FinalResult | None) -> str:
    """The state for backends: while a result is in its undo window its case still counts as waiting."""
    return Case.State.QUEUED if case.state == Case.State.FINAL and released is None else case.state


def delivery(one: Delivery) -> dict[str, Any]:
    """An entry of the delivery log."""
    return {
        "id": str(one.pk),
        "webhookId": one.webhook_id,
        "endpoint": one.endpoint.name,
        "type": one.type,
        "revision": one.revision,
        "state": one.state,
        "attempts": one.attempts_made,
        "why": english(one.why),
    }


def raw(body: str) -> RawJSON:
    """A stored body, inserted without parsing, so that its numbers stay exact."""
    return RawJSON(body)


def _latest(revisions: QuerySet[Any]) -> Iterable[Any]:
    return revisions.order_by("case_id", "-revision").distinct("case_id")


def _told(machine: MachineResult) -> RawJSON:
    """The machine's result in image v4 fields, whatever shape it came in."""
    if machine.shape in (Shape.IMAGE_V2, Shape.DECISION_LABELS, Shape.HUMAN_PLAIN):
        return raw(json_text.dumps(machine_result(machine.body)))
    return raw(machine.merged or machine.raw)


def _answer(
    case: Case, machine: MachineResult | None, released: FinalResult | None, sent: list[Delivery]
) -> dict[str, Any]:
    answer = {
        "requestId": str(case),
        "appId": case.app.app_id,
        "caseId": str(case.pk),
        "dataId": case.data_id,
        "tokenId": case.token_id,
        "state": state(case, released),
        "queue": machine.route.get("queue") or None if machine else None,
        "machineResult": _told(machine) if machine else None,
        "finalResult": raw(released.body) if released else None,
        "revision": released.revision if released else 0,
        "deliveries": [delivery(one) for one in sent if one.revision <= (released.revision if released else 0)],
    }
    erased = [kind.value for kind, column in ERASED_AT.items() if getattr(case, column)]
    return answer | ({"erased": erased} if erased else {})
