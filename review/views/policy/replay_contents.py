"""What the pages of replays show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator

from accounts.models import User
from moderation import labels
from moderation.models import ReplayReport
from moderation.policy_versions import draft as drafts
from moderation.policy_versions import store
from moderation.policy_versions.draft import Draft
from moderation.publishing import publish
from moderation.publishing.confirm import NeedsConfirmation
from moderation.replay import jobs
from moderation.replay.counted import CONTRADICTED_AT_MOST
from review.policy_editor import shared_draft
from review.presentation.label_names import label_name
from review.statistics.replays import contradicted, flow_drawing, headline, hours, moves, queues
from review.statistics.replays.flows import Flows
from review.statistics.reports.intervals import Rate
from review.views.thresholds import foot
from review.workflow import runs

WORST = 7  # pictures in a row
ROWS = 30  # labels; the others are in the CSV
ON_A_PAGE = 50  # cases
DIGEST = 6  # characters of it are shown


def listed(found: Sequence[ReplayReport]) -> list[dict[str, Any]]:
    now = drafts.current()
    sha256 = "" if now.is_empty else jobs.sha256_of(now.policy)
    return [{"job": one, "is_of_draft": one.body_sha256 == sha256, "digest": one.sha256[:DIGEST]} for one in found]


def report_of(job: ReplayReport) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(job.report)
    return found


def of_page(job: ReplayReport, *, user: User) -> dict[str, Any]:
    now = drafts.current()
    context = {
        "job": job,
        "draft": now,
        "digest": job.sha256[:DIGEST],
        "seconds": (job.ended_at - job.created_at).total_seconds() if job.ended_at else None,
        "stands": _stands(job, now),
        **foot.context(now, by=user),
    }
    return context | (_of_report(report_of(job), user) if job.report else {})


def _of_report(report: dict[str, Any], user: User) -> dict[str, Any]:
    flows, day, rows = Flows.of(report), hours.hours(report), moves.rows(report)
    moving = [row for row in rows if row.moved]
    worst = contradicted.listed(report)
    return {
        "report": report,
        "since": _time(report["since"]),
        "until": _time(report["until"]),
        "flows": flows,
        "flow_lines": [flow_drawing.flow_name(*move, n) for move, n in flows.counts.items()],
        "is_cut": flow_drawing.is_cut(flows),
        "figures": headline.figures(report),
        "flow_drawing": flow_drawing.flow_drawing(flows),
        "hours": day,
        "hours_drawing": hours.hours_drawing(day),
        "rows": moving[:ROWS],
        "more_rows": max(0, len(moving) - ROWS),
        "queues": queues.queue_rows(report),
        "worst": contradicted.with_cards(worst[:WORST], user=user),
        "contradicted": headline.rate_of(report["contradicted"]),
        "listed": len(worst),
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _stands(job: ReplayReport, now: Draft) -> str:
    """Whether the report is of the draft as it is ("draft"), of what is in force ("in-force"), of the draft against an
    earlier policy ("outdated"), or of another draft ("other").
    """
    if job.body_sha256 == jobs.sha256_of(store.in_force()[1]):
        return "in-force"
    if now.is_empty or job.body_sha256 != jobs.sha256_of(now.policy):
        return "other"
    return "outdated" if now.is_outdated or job.in_force != now.in_force else "draft"


def asked(job: ReplayReport) -> dict[str, Any]:
    now = drafts.current()
    if _stands(job, now) != "draft":
        return {"reasons": []}
    found = publish.confirm_reasons(now)
    told = shared_draft.reasons(NeedsConfirmation(store.next_number(), found)) if found else []
    return {"reasons": told, "number": store.next_number()}


def of_cases(job: ReplayReport, *, label: str | None, page: str, user: User) -> dict[str, Any]:
    """`label` is a path, "" for what has none; None for all."""
    report = report_of(job)
    found = contradicted.listed(report, label=label)
    shown = Paginator(found, ON_A_PAGE).get_page(page)
    cards = contradicted.with_cards(list(shown), user=user)
    tasks = [one.card.task.pk for one in cards if one.card.task and one.card.is_open]
    return {
        "job": job,
        "page": shown,
        "found": cards,
        "open_here": tasks,
        "reviewable": runs.reviewable(tasks, by=user) if tasks else [],
        "label": label_name(label, labels.in_force()) if label else "",
        "query": urlencode({"label": label}) if label is not None else "",
        "rate": _rate(report, label),
        "listed": len(found),
        "at_most": CONTRADICTED_AT_MOST,
    }


def _rate(report: dict[str, Any], label: str | None) -> Rate:
    if label is None:
        return headline.rate_of(report["contradicted"])
    told = next((one for one in report["labels"] if one["label"] == label), None)
    return headline.rate_of(told) if told else Rate(0, 0)
