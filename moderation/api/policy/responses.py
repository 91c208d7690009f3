"""The policy, its draft and their differences as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from moderation import labels
from moderation.api import problems
from moderation.api.policy.requests import POLICY
from moderation.contract.json_text import escaped
from moderation.models import ReplayReport, ShadowDifference
from moderation.policy import Policy, Rule, Section, Threshold, write
from moderation.policy.changes import (
    BoostChange,
    Change,
    FlagChange,
    RuleChange,
    SectionChange,
    ThresholdChange,
)
from moderation.policy.sections import ANY_LABEL
from moderation.policy_versions import shadow, store
from moderation.policy_versions.draft import Conflict, Draft
from moderation.publishing.confirm import NeedsConfirmation, Reason

Json = dict[str, Any]


def in_force() -> Json:
    number = store.number_in_force()
    return {"number": number, "policy": write(store.policy_of(number))}


def of_draft(found: Draft) -> Json:
    return {
        "base": found.base,
        "inForce": found.in_force,
        "version": found.version,
        "next": store.next_number(),
        "policy": found.body,
        "changes": [change(one) for one in found.changes()],
        "flags": list(flags(found.policy)),
        "savedAt": found.saved_at,
        "savedBy": found.saved_by_name or None,
        "shadowSince": found.shadow_since,
    }


def of_shadow() -> Json:
    figures = shadow.figures()
    counts = [
        {"before": before, "after": after, "count": count} for (before, after), count in sorted(figures.counts.items())
    ]
    return {
        "since": figures.since,
        "results": figures.results,
        "different": figures.different,
        "counts": counts,
        "newest": [difference(one) for one in shadow.differences(20)],
    }


def of_replay(job: ReplayReport, request: Request) -> Json:
    """`report` is null until it is finished."""
    return {
        "id": str(job.pk),
        "url": request.build_absolute_uri(reverse("api:policy_replay", args=[job.pk])),
        "state": job.state,
        "percent": job.percent,
        "inForce": job.in_force,
        "last": job.last,
        "results": job.cases,
        "why": job.why or None,
        "sha256": job.sha256 or None,
        "report": json.loads(job.report) if job.report else None,
    }


def difference(one: ShadowDifference) -> Json:
    return {
        "appId": one.case.app.app_id,
        "requestId": str(one.case),
        "before": one.before,
        "after": one.after,
        "queueBefore": one.queue_before or None,
        "queueAfter": one.queue_after or None,
        "label": one.label or None,
        "score": one.score,
    }


def conflict(found: Conflict) -> Response:
    """Both differences, and what to send instead."""
    more = {
        "outcome": {"base": "not-in-force", "saved": "draft-changed", "published": "draft-changed"}[found.why],
        "inForce": found.draft.in_force,
        "version": found.draft.version,
        "difference": {
            "theirs": [change(one) for one in found.theirs],
            "yours": [change(one) for one in found.mine],
            "collisions": list(found.collisions),
        },
    }
    return problems.respond(409, str(found), more=more)


def needs_confirmation(refusal: NeedsConfirmation) -> Response:
    more = {
        "outcome": "needs-confirmation",
        "confirm": refusal.number,
        "reasons": [_reason(one) for one in refusal.reasons],
    }
    return problems.respond(409, str(refusal), more=more)


def _reason(one: Reason) -> Json:
    if one.kind == "queue-doubles":
        return {"reason": one.kind, "queue": one.queue, "before": one.before, "after": one.after, "of": one.results}
    return {"reason": one.kind, "section": one.section or None, "labels": list(one.labels), "count": one.count}


def flags(policy: Policy) -> Iterator[Json]:
    """Labels that rules and thresholds name and the catalogue does not have: allowed, but they may be mistyped."""
    named = list(_named(policy))
    unknown = set(labels.unknown_patterns(label for _, label in named))
    told = "No label of the catalogue is called “{}”; no result may ever have it."
    return ({"pointer": pointer, "detail": told.format(label)} for pointer, label in named if label in unknown)


def _named(policy: Policy) -> Iterator[tuple[str, str]]:
    for place, rule in enumerate(policy.rules):
        yield from ((f"{POLICY}/rules/{place}/when/label/{n}", label) for n, label in enumerate(rule.texts("label")))
    for place, section in enumerate(policy.sections):
        names = (label for label in section.thresholds if label != ANY_LABEL)
        yield from ((f"{POLICY}/sections/{place}/thresholds/{escaped(name)}", name) for name in names)


def change(one: Change) -> Json:
    return {"id": one.id, "direction": one.direction} | _particulars(one)


def _particulars(one: Change) -> Json:
    match one:
        case ThresholdChange():
            sides = {"before": _threshold(one.before.threshold), "after": _threshold(one.after.threshold)}
            return {"kind": "threshold", "what": "changed", "section": one.section, "label": one.label} | sides
        case FlagChange():
            what = {"kind": "flag", "what": "changed", "section": one.section, "flag": one.flag}
            return what | {"before": one.before, "after": one.after}
        case SectionChange():
            sides = {"before": _section(one.before), "after": _section(one.after)}
            return {"kind": "section", "what": one.what, "section": one.section} | sides
        case RuleChange():
            places = {"positionBefore": one.position_before or None, "position": one.position or None}
            return {"kind": "rule", "what": one.what, "before": _rule(one.before), "after": _rule(one.after)} | places
        case BoostChange():
            return {"kind": "boost", "what": "changed", "boost": one.name, "before": one.before, "after": one.after}


def _threshold(found: Threshold | None) -> Json | None:
    return None if found is None else {"review": found.review, "reject": found.reject}


def _section(found: Section | None) -> Json | None:
    return None if found is None else _first(write(Policy(sections=(found,)))["sections"])


def _rule(found: Rule | None) -> Json | None:
    return None if found is None else _first(write(Policy(rules=(found,)))["rules"])


def _first(found: Iterable[Json]) -> Json:
    return next(iter(found))
