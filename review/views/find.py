"""What the field in the bar finds: a page of its own, and the part that appears under the field while one types."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from moderation import labels
from review.cases import find
from review.cases.find import Found
from review.permissions import queues_of
from review.presentation import case_card
from review.presentation.label_names import level_names
from review.views.stage import HtmxHttpRequest


@require_GET
@login_required
def page(request: HtmxHttpRequest) -> HttpResponse:
    user, asked = signed_in(request), request.GET.get("q", "").strip()
    found = find.find(asked, user=user)
    shown = {
        "asked": asked,
        "found": found,
        "cards": case_card.of_cases(found.cases, user=user) if found.cases else [],
        "labels": [_label(one) for one in found.labels],
        "people": [_person(one, user) for one in found.people],
        "queues": _queues(found, user),
    }
    return render(request, "review/find.html#results" if request.htmx else "review/find.html", shown)


def _label(one: labels.Found) -> dict[str, Any]:
    names = level_names(one.path, labels.in_force())
    return {"name": names[-1], "above": " › ".join(names[:-1]), "url": _cases(label=str(one.path))}


def _person(one: User, user: User) -> dict[str, Any]:
    """Administrators are led to the person, others to what they have decided."""
    url = _cases(decidedBy=one.email)
    if may(user, Permission.ADMINISTER):
        with contextlib.suppress(NoReverseMatch):
            url = reverse("review:manage_person", args=[one.pk])
    return {"person": one, "url": url}


def _queues(found: Found, user: User) -> list[dict[str, Any]]:
    works_in = set(queues_of(user).values_list("pk", flat=True)) if found.queues else set()
    return [
        {
            "queue": queue,
            "url": _cases(queue=queue.slug, state="open"),
            "stage": reverse("review:stage_of", args=[queue.slug]) if queue.pk in works_in else "",
        }
        for queue in found.queues
    ]


def _cases(**filters: str) -> str:
    return f"{reverse('review:cases')}?{urlencode(filters)}"
