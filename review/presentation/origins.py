"""How a task came to whoever opens it, as JSON for the stage and as words for pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.utils.translation import gettext

from accounts.times import iso
from moderation.policy import Taxonomy
from review.models import Reason, ReviewTask, Verdict
from review.presentation.messages import describe
from review.presentation.task_schema import EarlierVerdictJson, OriginJson
from review.workflow import origins
from review.workflow.origins import EarlierVerdict, Origin


@dataclass(frozen=True, slots=True)
class OriginWords:
    """What a page says: who did what, when, in whose words, and the verdict before."""

    kind: str
    said: str
    at: datetime
    note: str
    earlier: str
    earlier_at: datetime | None
    by: str = ""


def in_words(tasks: Sequence[ReviewTask]) -> dict[int, OriginWords]:
    """By task; for lists and the case page. One query for the origins, one for the names of their reasons."""
    found = origins.of(tasks)
    queues = {task.pk: task.queue_id for task in tasks}
    reasons = _names([queues[pk] for pk, origin in found.items() if origin.earlier])
    return {pk: _words(origin, reasons.get(queues[pk], {})) for pk, origin in found.items()}


def as_json(origin: Origin, reasons: Sequence[Reason], taxonomy: Taxonomy) -> OriginJson:
    told: OriginJson = {"kind": origin.kind, "by": origin.by, "at": iso(origin.at) or ""}
    if note := origin.note or describe(origin.why, taxonomy):
        told["note"] = note
    if origin.earlier:
        told["earlier"] = _earlier_json(origin.earlier, {reason.code: str(reason) for reason in reasons})
    return told


def _earlier_json(earlier: EarlierVerdict, names: Mapping[str, str]) -> EarlierVerdictJson:
    return {
        "verdict": cast(Literal["PASS", "REJECT"], earlier.verdict),
        "reason": names.get(earlier.reason, earlier.reason),
        "by": earlier.by,
        "at": iso(earlier.at) or "",
        "note": earlier.note,
    }


def _names(queues: Sequence[int]) -> dict[int, dict[str, str]]:
    names: dict[int, dict[str, str]] = {}
    for queue, code, name in Reason.objects.filter(queue__in=queues).values_list("queue", "code", "name"):
        names.setdefault(queue, {})[code] = name
    return names


def _words(origin: Origin, names: Mapping[str, str]) -> OriginWords:
    before = origin.earlier
    earlier = _verdict(before, names) if before else ""
    note = origin.note or describe(origin.why)
    at = before.at if before else None
    return OriginWords(origin.kind, _said(origin), origin.at, note, earlier, at, origin.by)


def _said(origin: Origin) -> str:
    who = origin.by or gettext("the system")
    words = {
        "escalated": gettext("Escalated by {who}"),
        "reopened": gettext("Reopened by {who}"),
        "assigned": gettext("Assigned by {who}"),
        "second-opinion": gettext("{who} asks for a second opinion"),
    }
    return words[origin.kind].format(who=who)


def _verdict(earlier: EarlierVerdict, names: Mapping[str, str]) -> str:
    verdict = Verdict(earlier.verdict).label
    reason = names.get(earlier.reason, earlier.reason)
    if reason:
        return gettext("{verdict} for {reason}, by {who}").format(verdict=verdict, reason=reason, who=earlier.by)
    return gettext("{verdict}, by {who}").format(verdict=verdict, who=earlier.by)
