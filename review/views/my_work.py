"""The pages of one's own tasks, and of tasks escalated to leads."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from review.cases import my_work as lists
from review.permissions import queues_of


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    shown = {
        "leased": lists.leased_by(user),
        "assigned": lists.assigned_to(user),
        "escalated": lists.escalated_to(user),
        "snoozed": lists.snoozed_by(user),
        "decisions": lists.recent_decisions_of(user),
        "sees_escalated": lists.can_see_escalated(user),
        "works": queues_of(user).exists(),
    }
    return render(request, "review/my_work.html", shown)


@require_GET
@login_required
def escalated(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    others = lists.escalated_to_others(user)
    return render(request, "review/escalated.html", {"mine": lists.escalated_to(user), "others": others})
