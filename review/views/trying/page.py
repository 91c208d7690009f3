"""Try a picture: drop one, and watch what becomes of it, from the engines to the webhook."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import check, may
from accounts.roles import Permission
from moderation import cache_versions, labels
from moderation.contract import json_text
from moderation.engines.embedded.read_reply import PARTS
from moderation.gateway import tried as trying
from moderation.gateway.asked import Step
from moderation.gateway.codes import TOO_MANY, CallRefused
from moderation.models import TriedPicture
from review.cases import tried_way
from review.cases.tried_way import Way
from review.models import Queue, ReviewTask
from review.permissions import can_see_case, takers
from review.presentation.messages import describe
from review.presentation.strings import picture as picture_strings
from review.views import pictures
from review.views.stage import HtmxHttpRequest
from review.views.trying import samples
from review.views.trying.boxes import boxes_of
from review.views.trying.form import ANSWER, PEOPLE, TryForm
from review.views.trying.pin import pin_of
from review.workflow import lease_directly
from review.workflow.transitions import can

TOO_MANY_REQUESTS, UNPROCESSABLE = 429, 422
KINDS = ("face", "person", "object", "qr", "text")  # whose names stand beside boxes
BAR = 88  # of an engine's time, in the units of its drawing


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    user = _allowed(request)
    mine = TriedPicture.objects.filter(by=user)
    if request.method != "POST":
        return _shown(request, user, form=TryForm(mine=mine))
    form = TryForm(request.POST, request.FILES, mine=mine)
    refused, status = None, UNPROCESSABLE
    if form.is_valid():
        try:
            return redirect("review:tried_picture", _begun(form, user).pk)
        except CallRefused as refusal:
            refused = refusal
            status = TOO_MANY_REQUESTS if refusal.code == TOO_MANY else status
    return _shown(request, user, form=form, refused=refused, status=status)


@require_GET
@login_required
def tried(request: HttpRequest, pk: UUID) -> HttpResponse:
    user = _allowed(request)
    way = _way(pk, user)
    mine = TriedPicture.objects.filter(by=user)
    said = json_text.loads(way.tried.request.encode())
    initial = {"app": way.tried.app.app_id, "event": said["eventId"], "types": said["type"].split("_")}
    initial |= {"language": said["data"]["lang"], "goes": ANSWER if way.tried.only_answered else PEOPLE}
    form = TryForm(mine=mine, earlier=way.tried, initial=initial)
    with cache_versions.read_together():
        return _shown(request, user, form=form, **_told(request, way, user))


@require_POST
@login_required
def run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Moderate it in this request, while the page asks how far it is."""
    user = _allowed(request)
    trying.run(_way(pk, user).tried, by=user)
    return redirect("review:tried_picture", pk)


@require_GET
@login_required
def way(request: HtmxHttpRequest, pk: UUID) -> HttpResponse:
    """How far it is, for a page that asks again and again: nothing where it has this already."""
    user = _allowed(request)
    found = _way(pk, user)
    if request.GET.get("had") == _digest(found):
        return HttpResponse(status=204)
    with cache_versions.read_together():
        return render(request, "review/try/progress.html", _told(request, found, user))


@require_safe
@login_required
def picture(request: HttpRequest, pk: UUID, rendition: str) -> HttpResponseBase:
    """The tried picture, for the person who brought it, whatever queue its case is in."""
    found = _way(pk, _allowed(request))
    if found.tried.shown and rendition == "web":
        return pictures.answer(request, None, found.tried.shown)
    if found.fetch is None or found.fetch.state != "ready" or found.fetch.picture is None:
        raise Http404
    return pictures.answer(request, found.fetch.picture, getattr(found.fetch.picture, rendition))


def _allowed(request: HttpRequest) -> User:
    user = signed_in(request)
    check(user, Permission.TRY_PICTURES)
    return user


def _begun(form: TryForm, user: User) -> TriedPicture:
    if earlier := form.reuses:
        return trying.again(earlier, form.wanted(), by=user)
    return trying.begin(form.wanted(), by=user)


def _way(pk: UUID, user: User) -> Way:
    found = tried_way.read(pk, by=user)
    if found is None:
        raise Http404
    return found


def _shown(request: HttpRequest, user: User, *, form: TryForm, status: int = 200, **more: Any) -> HttpResponse:
    said = picture_strings.words()
    words = {f"kind.{kind}": said[f"kind.{kind}"] for kind in KINDS}
    context = {"form": form, "words": words, "earlier": trying.of_person(user), **more}
    return render(request, "review/try.html", context, status=status)


def _told(request: HttpRequest, way: Way, user: User) -> dict[str, Any]:
    """All that a page shows of the way, and by which it is told from what the page has."""
    sees = way.case is not None and can_see_case(user, way.case.pk)
    address = request.build_absolute_uri(reverse("gateway:image"))
    told = {
        "way": way,
        "engines": _engines(way),
        "reasons": _reasons(way),
        "pin": pin_of(way.machine),
        "would_wait": _queue_of_no_case(way),
        "boxes": boxes_of(way),
        "answer": json_text.pretty(way.answer) if way.answer else "",
        "curl": samples.curl(way.tried, url=address),
        "python": samples.python(way.tried, url=address),
        "sees_case": sees,
        "can_take": bool(sees and way.task and _can_take(way.task, user)),
        "can_lease": bool(sees and way.task and lease_directly.can_lease(way.task, by=user)),
        "seconds": round((way.tried.ended_at - way.tried.began_at).total_seconds(), 2)
        if way.tried.ended_at and way.tried.began_at
        else None,
    }
    return told | {"digest": _digest(way)}


def _can_take(task: ReviewTask, user: User) -> bool:
    """Whether this person may assign it to themselves: a queue hands out its cases in its order, but to whom they are
    assigned.
    """
    is_mine = task.owner_id == user.pk or not can("assign", task.state)
    if is_mine or not may(user, Permission.ASSIGN):
        return False
    return takers(task.queue_id, state=task.state).filter(pk=user.pk).exists()  # who takes there leads there, too


def _digest(way: Way) -> str:
    leased = way.task and way.task.leased_by_id
    seen = (
        *(len(way.tried.steps), bool(way.answer), way.is_lost, way.tried.began_at),
        *(way.fetch and way.fetch.state, way.task and (way.task.pk, way.task.state, way.task.owner_id), leased),
        *(way.decision and way.decision.pk, way.result and way.result.pk),
        *((one.state, one.attempts_made) for one in way.deliveries),
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def _engines(way: Way) -> list[dict[str, Any]]:
    """Each engine, and each part of that of this host, with its time as a bar of what all of them took."""
    took = way.steps.get(Step.ENGINES, {}).get("took", {})
    longest = max(took.values(), default=0) or 1
    order = [name for name in took if "/" not in name]
    rows = [part for name in order for part in (name, *(f"{name}/{one}" for one in PARTS if f"{name}/{one}" in took))]
    return [
        {"name": name.rpartition("/")[2], "is_part": "/" in name, "ms": took[name], "bar": BAR * took[name] / longest}
        for name in rows
    ]


def _queue_of_no_case(way: Way) -> Queue | None:
    """Where a picture that was only answered would wait for a person."""
    key = way.machine.route.get("queue") if way.machine and way.case is None else None
    return Queue.objects.filter(slug=key).first() if key else None


def _reasons(way: Way) -> list[str]:
    if way.machine is None:
        return []
    taxonomy = labels.in_force()
    return [said for said in [describe(way.machine.route.get("why"), taxonomy)] if said]
