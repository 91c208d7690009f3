"""The board, the start page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts import people, times
from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from review.models import Queue
from review.permissions import queues_of
from review.queues import onboarding
from review.statistics import charts
from review.statistics.board import Board, BoardQueue, board
from review.statistics.forecast import Course
from review.statistics.live import live
from review.statistics.reports import wording
from review.statistics.reports.intervals import FEW
from review.statistics.reports.wording import clock
from review.views.manage import setup
from review.views.stage import HtmxHttpRequest
from review.workflow import grid_eligibility, lease_directly
from review.workflow.leases import MOST_AT_ONCE

SHOWN_WORKERS = 3
LISTED = ("free", "leased", "overdue", "escalated", "snoozed")
ANSWERS = ("pending", "paused", "dead")


@require_GET
@login_required
def page(request: HtmxHttpRequest) -> HttpResponse:
    """The queues this person works in, or may see."""
    user = signed_in(request)
    practises = onboarding.by_queue(user)
    if onboarding.is_first(practises) and not request.htmx:
        return redirect("review:practice")
    seen = board(by=user)
    works_in = set(queues_of(user).values_list("pk", flat=True))
    skipped = lease_directly.skipped_by(user, works_in)
    shown = {
        "board": seen,
        "rows": [
            {
                **_figures(one),
                **_ways_in(one.queue, user, works_in),
                **_skipped(one.queue, skipped.get(one.queue.pk, [])),
                "practises": practises.get(one.queue.pk, False),
            }
            for one in seen.lines
        ],
        "alerts": _at_risk(seen),
        "few": FEW,
        "latest": _latest(seen),
        "answers": _answers(seen),
        "live": live() if may(user, Permission.SEE_ALL_QUEUES) else None,
        "may_try": may(user, Permission.TRY_PICTURES),
        "links": {state: _cases(state=state) for state in ("free", "overdue", "final", "unaccounted")},
        "all_url": reverse("review:stage") if works_in else "",
        "setup": None if request.htmx else setup.checklist(request, user),
    }
    return render(request, "review/board.html#figures" if request.htmx else "review/board.html", shown)


def _figures(one: BoardQueue) -> dict[str, Any]:
    queue, line = one.queue, one.line
    initials = people.distinct_initials(one.workers or ())
    waited = (timezone.now() - line.oldest_at).total_seconds() if line.oldest_at else 0.0
    points = one.course.points
    return {
        "one": one,
        "queue": queue,
        "depth": line,
        "oldest": clock(waited) if line.oldest_at else "",
        "spark": charts.spark([point.arrived for point in points], [point.decided for point in points]),
        "arrived": sum(point.arrived for point in points),
        "decided": sum(point.decided for point in points),
        **_forecast(one),
        "workers": [(person, initials[person.pk]) for person in (one.workers or ())[:SHOWN_WORKERS]],
        "more_workers": max(0, len(one.workers or ()) - SHOWN_WORKERS),
        "links": {state: _cases(queue=queue.slug, state=state) for state in LISTED},
    }


def _forecast(one: BoardQueue) -> dict[str, Any]:
    found = one.course.forecast
    window = found.window
    hours = gettext("{n} min").format(n=30) if window.hours < 1 else gettext("{n} h").format(n=round(window.hours))
    told = gettext("{arrived} in, {decided} out in {hours}")
    return {
        "forecast": found,
        "today": found.at is None or timezone.localdate(found.at) == times.today(),
        "computed": told.format(
            arrived=wording.count(window.arrived), decided=wording.count(window.decided), hours=hours
        ),
        "hours": hours,
        "sla": wording.minutes(one.queue.sla_minutes),
        "people_url": reverse("review:manage_queue", args=[one.queue.slug])
        if found.course in (Course.GROWING, Course.IDLE)
        else "",
    }


def _at_risk(seen: Board) -> list[dict[str, Any]]:
    """What is about to break its SLA, and what recovered within the hour, each with the cases that are due first."""
    return [
        {
            "one": one,
            "since": one.alert.since,
            "due": one.line.due_at,
            "link": _cases(queue=one.queue.slug, state="open"),
        }
        for one in (*seen.at_risk, *seen.recovered)
        if one.alert
    ]


def _ways_in(queue: Queue, user: User, works_in: set[int]) -> dict[str, Any]:
    works = queue.pk in works_in
    grid = works and grid_eligibility.offers(queue)
    return {
        "url": reverse("review:stage_of", args=[queue.slug]) if works else "",
        "grid_url": reverse("review:grid", query={"queue": queue.slug}) if grid else "",
        "guideline": bool(queue.guideline) or user.is_staff,
    }


def _skipped(queue: Queue, tasks: list[int]) -> dict[str, Any]:
    """The tasks of the queue that this person skipped, and the way back to the first of them."""
    named = ",".join(map(str, tasks[:MOST_AT_ONCE]))
    url = reverse("review:stage_of", args=[queue.slug], query={"tasks": named}) if tasks else ""
    return {"skipped": len(tasks), "skipped_url": url}


def _latest(seen: Board) -> dict[str, Any] | None:
    latest = seen.latest
    if latest is None:
        return None
    link = _cases(queue=latest.queue.slug, state="overdue")
    return {"queue": latest.queue, "late": clock(latest.late_seconds), "overdue": latest.line.overdue, "link": link}


def _answers(seen: Board) -> list[tuple[str, int, bool, str]]:
    """State, number of cases, whether there may be more, and the URL of their list."""
    found = seen.delivery_status
    if found is None:
        return []
    return [(one, getattr(found, one), one in found.cut, _cases(state=f"answer_{one}")) for one in ANSWERS]


def _cases(**said: str) -> str:
    query = QueryDict(mutable=True)
    query.update(said)
    return f"{reverse('review:cases')}?{query.urlencode()}"
