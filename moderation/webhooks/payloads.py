"""The body of a webhook in each form an endpoint can choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.times import iso_seconds
from moderation.contract import json_text, result_body
from moderation.models import Endpoint, FinalResult
from moderation.models.webhooks.endpoint import EventType


@dataclass(frozen=True, slots=True)
class Review:
    """What the payload contains about the decision. `reason` is the queue's code. Without decision and queue when the
    detection service's own reviewers decided.
    """

    decision_id: UUID | None
    queue: str
    decided_at: datetime
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What the payload contains when policy decided alone. `chain` says by which thresholds."""

    version: int
    chain: Sequence[Mapping[str, Any]]
    decided_at: datetime

    def as_json(self) -> dict[str, Any]:
        return {"version": self.version, "chain": list(self.chain)}


Told = Review | PolicyDecision


def payload(form: str, *, event_type: str, result: FinalResult, body: dict[str, Any], told: Told) -> str:
    """The exact text that will be sent. `body` is the image v4 result."""
    match form:
        case Endpoint.Form.V4:
            return json_text.dumps(body)
        case Endpoint.Form.COMBINED:
            return json_text.dumps(result_body.combined(body))
        case Endpoint.Form.PLAIN:
            return json_text.dumps(_plain(body, result, told))
    about = {"policy": told.as_json()} if isinstance(told, PolicyDecision) else {"review": _review(result, told)}
    return json_text.dumps(event(event_type, {**body, **about}, at=told.decided_at))


def recorded(form: str, *, body: Mapping[str, Any], at: datetime) -> str:
    """The exact text about a result that was only recorded: the machine result, unchanged. The two forms of human
    review have no fields for that, so their endpoints get the bare result.
    """
    return json_text.dumps(event(EventType.RECORDED, body, at=at) if form == Endpoint.Form.STANDARD else body)


def event(event_type: str, data: Mapping[str, Any], *, at: datetime) -> dict[str, Any]:
    """A Standard Webhooks event."""
    return {"type": event_type, "timestamp": iso_seconds(at), "data": data}


def _review(result: FinalResult, review: Review) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "caseId": str(result.case_id),
        "decisionId": str(review.decision_id) if review.decision_id else None,
        "revision": result.revision,
        "queue": review.queue or None,
        "decidedAt": iso_seconds(review.decided_at),
        "reason": review.reason,
    }
    return facts | ({"note": review.note} if review.note else {})


def _plain(body: dict[str, Any], result: FinalResult, told: Told) -> dict[str, Any]:
    case = result.case
    data = (json_text.loads(case.request.encode()) if case.request else {}).get("data") or {}
    extra = data.get("extra") or {}
    return result_body.plain(
        body,
        picture_url=data.get("img") or "",
        token_id=case.token_id,
        app_id=case.app.app_id,
        room=extra.get("room") or "",
        pass_through=extra.get("passThrough"),
        bt_id=case.bt_id,
        tips=told.note if isinstance(told, Review) else "",
    )
