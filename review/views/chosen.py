"""What leads do with cases chosen from a list: assign all of them, or move them to another queue.

The count is confirmed on a page of its own first; the outcome says what could not be done, and why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from review.models import Queue, ReviewTask
from review.permissions import queues_led_by
from review.presentation import case_card
from review.presentation.strings.refusals import refusal_text
from review.refusals import NotAcceptable
from review.views.list_forms import named_tasks, own_path
from review.workflow import assign as assigning
from review.workflow import move as moving

MOST_SHOWN = 12  # cards on the page that asks


@require_POST
@login_required
def assign(request: HttpRequest) -> HttpResponse:
    """Without `to`, the page that asks to whom; with it, the assignment of each `task`."""
    user = signed_in(request)
    check(user, Permission.ASSIGN)
    people = _people(user)
    to = next((one for one in people if str(one.pk) == request.POST.get("to", "")), None)
    tasks = named_tasks(request.POST)
    if to is None or not tasks:
        return _ask(request, "assign", tasks, choices=[(one.pk, str(one)) for one in people])
    try:
        outcome = assigning.assign_all(tasks, to=to, by=user, note=_note(request))
    except NotAcceptable as refusal:
        return _refused(request, refusal)
    n = len(outcome.assigned)
    told = ngettext("{n} case assigned to {who}.", "{n} cases assigned to {who}.", n).format(n=n, who=to)
    return _told(request, told, n, outcome.reasons)


@require_POST
@login_required
def move(request: HttpRequest) -> HttpResponse:
    """The same for a queue."""
    user = signed_in(request)
    check(user, Permission.ASSIGN)
    queues = list(queues_led_by(user, Permission.ASSIGN).filter(closed_at=None).order_by("name"))
    to = next((one for one in queues if one.slug == request.POST.get("to", "")), None)
    tasks = named_tasks(request.POST)
    if to is None or not tasks:
        return _ask(request, "move", tasks, choices=[(one.slug, str(one)) for one in queues])
    try:
        outcome = moving.move(tasks, to=to, by=user)
    except NotAcceptable as refusal:
        return _refused(request, refusal)
    n = len(outcome.moved)
    told = ngettext("{n} case moved to {queue}.", "{n} cases moved to {queue}.", n).format(n=n, queue=to)
    return _told(request, told, n, outcome.reasons)


def _ask(request: HttpRequest, act: str, tasks: list[int], *, choices: list[tuple[Any, str]]) -> HttpResponse:
    back = _back(request)
    if not tasks:
        messages.info(request, gettext("Choose at least one case that waits, then say what to do with it."))
        return redirect(back)
    user = signed_in(request)
    shown = _led(user).filter(pk__in=tasks[:MOST_SHOWN])
    page = {
        "act": act,
        "tasks": tasks,
        "back": back,
        "choices": choices,
        "cards": case_card.of_tasks(list(shown), user=user),
        "asked": "to" in request.POST,
    }
    return render(request, "review/chosen.html", page, status=422 if "to" in request.POST else 200)


def _led(user: User) -> Any:
    """Tasks of the queues that the person leads, so that no other's picture is shown."""
    people = ("case__app", "case__picture_fetch__picture", "queue", "owner", "leased_by", "noted_by")
    return ReviewTask.objects.select_related(*people).filter(queue__in=queues_led_by(user, Permission.ASSIGN))


def _people(user: User) -> list[User]:
    """Who works in a queue that this person leads."""
    led: Any = Queue.objects.filter(pk__in=queues_led_by(user, Permission.ASSIGN).values("pk")).values("pk")
    working = User.objects.filter(is_active=True, memberships__queue__in=led, memberships__practises=False)
    return list(working.distinct().order_by("name", "email"))


def _told(request: HttpRequest, done: str, n: int, skipped: Mapping[str, int]) -> HttpResponse:
    if n:
        messages.success(request, done)
    if skipped:
        why = "; ".join(f"{count} × {_why(reason)}" for reason, count in skipped.items())
        messages.warning(request, gettext("Left as they were: {why}.").format(why=why))
    return redirect(_back(request))


def _why(reason: str) -> str:
    words = {
        "gone": gettext("closed or unknown"),
        "decided": gettext("already decided"),
        "leased": gettext("leased by somebody"),
        "there": gettext("already in that queue"),
        "grouped": gettext("decided with another case"),
        "not-allowed": gettext("in a queue you do not lead"),
        "not-taker": gettext("in a queue that this person does not work in"),
    }
    return words.get(reason, gettext("in a state that does not allow it"))


def _refused(request: HttpRequest, refusal: NotAcceptable) -> HttpResponse:
    messages.error(request, refusal_text(refusal))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    return own_path(request.POST.get("back", "")) or reverse("review:cases")


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\0", "")[:4000].strip()
