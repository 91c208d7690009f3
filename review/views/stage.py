"""The pages of the stage and of the grid."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET
from django_htmx.middleware import HtmxDetails

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from accounts.whole_numbers import whole_number
from moderation.policy.taxonomy import ALIASES
from review import preferences
from review.models import Queue
from review.permissions import queues_of
from review.presentation.strings import grid as grid_words
from review.presentation.strings import stage as stage_words
from review.presentation.strings.stage import filter_rows
from review.queues import onboarding
from review.statistics import personal
from review.workflow import grid_eligibility
from review.workflow.leases import MOST_AT_ONCE


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


CALLS = (
    *("lease", "renew", "release", "decide", "undo", "skip", "escalate", "snooze", "counts"),
    *("assign", "second_opinion", "take_back", "colleagues", "same_subject", "decide_these", "undo_these", "waits"),
    *("grid", "grid_lease", "grid_decide", "grid_undo"),
)


@gzip_page
@require_GET
@login_required
@ensure_csrf_cookie
def stage(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The review stage, over one queue or over all of this person's."""
    user = signed_in(request)
    if onboarding.practise_first(user, slug=slug):
        return redirect("review:practice")
    if not slug and not queues_of(user).exists():
        return redirect("review:board")  # the board says so
    ours = list(queues_of(user))
    queue = _queue(user, slug) if slug else None
    more = {"queues": [queue.slug] if queue else [], "today": personal.at_the_stage(user), "tasks": _tasks(request)}
    facts = {
        "grid": any(map(grid_eligibility.offers, [queue] if queue else ours)),
        "queue_menu": [_menu_entry(None, queue), *(_menu_entry(one, queue) for one in ours if one.closed_at is None)],
    }
    return stage_page(request, name=_name(queue), calls=calls_of(queue), more=more, facts=facts)


def stage_page(
    request: HttpRequest,
    *,
    name: str,
    calls: dict[str, str],
    more: dict[str, Any],
    facts: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render the stage. The caller passes the URLs of its calls, and additional data for its script (`more`) and its
    page (`facts`).
    """
    user = signed_in(request)
    choices = {"categories": filter_rows(), "sets_defaults": may(user, Permission.ADMINISTER)}
    told = stage_words.words() | grid_words.page_ends()
    config = _config(user, name=name, calls=calls, more=more)
    return render(request, "review/stage.html", {"config": config, "words": told, **choices, **(facts or {})})


@require_GET
@login_required
@ensure_csrf_cookie
def grid(request: HttpRequest) -> HttpResponse:
    """The grid of one queue, `?queue=` its slug. The page reads the queue's tasks with its calls."""
    user = signed_in(request)
    asked = request.GET.get("queue", "")
    slug = asked if slug_re.fullmatch(asked) else ""
    if onboarding.practise_first(user, slug=slug):
        return redirect("review:practice")
    queue = _queue(user, slug)
    more = {"queues": [queue.slug], "reasonRequired": queue.reason_required}
    config = _config(user, name=str(queue), calls=calls_of(queue), more=more)
    told = stage_words.words() | grid_words.words()
    return render(request, "review/grid.html", {"config": config, "words": told, "queue": queue})


def _tasks(request: HttpRequest) -> list[int]:
    """The tasks that the stage shows first: `?tasks=`, their numbers separated by commas."""
    named = request.GET.get("tasks", "").split(",")[:MOST_AT_ONCE]
    return [number for number in map(whole_number, named) if number is not None]


def _menu_entry(queue: Queue | None, here: Queue | None) -> dict[str, Any]:
    url = reverse("review:stage_of", args=[queue.slug]) if queue else reverse("review:stage")
    return {"slug": queue.slug if queue else "", "name": _name(queue), "url": url, "here": queue == here}


def _name(queue: Queue | None) -> str:
    return str(queue) if queue else gettext("All my queues")


def calls_of(queue: Queue | None) -> dict[str, str]:
    stage = reverse("review:stage_of", args=[queue.slug]) if queue else reverse("review:stage")
    return {name: reverse(f"review:{name}") for name in CALLS} | {"stage": stage}


def _config(user: User, *, name: str, calls: dict[str, str], more: dict[str, Any]) -> dict[str, Any]:
    """The script's configuration; without `queues`, it works in all of this person's."""
    wishes = {name: reverse(f"review:{name}") for name in ("preferences", "default_filter")}
    return {
        "urls": calls | wishes | {"login": reverse("account_login"), "search": reverse("review:cases")},
        "queues": [],
        "queueName": name,
        "undoSeconds": settings.UNDO_SECONDS,
        "leaseSeconds": settings.LEASE_SECONDS,
        "user": {"id": user.pk, "name": str(user), "assigns": may(user, Permission.ASSIGN)},
        "preferences": preferences.of(user),
        "categories": dict(ALIASES),
        **more,
    }


def _queue(user: User, slug: str) -> Queue:
    queue = queues_of(user).filter(slug=slug).first()
    if queue is None:
        raise Http404(gettext("There is no queue of this name that you work in."))
    return queue
