"""The practice pages: introduction and results, the stage with its pictures, its guideline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import signed_in
from accounts.models import User
from moderation import labels
from review import preferences
from review.models import PracticeSession
from review.practice import cards, sessions, strings
from review.practice.lessons import LESSONS, drawn
from review.queues import onboarding
from review.views.stage import stage_page

CALLS = ("lease", "renew", "release", "decide", "undo", "skip", "escalate", "snooze")


@require_GET
@login_required
def practice(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    begun, finished = sessions.open_session(user), sessions.last_finished(user)
    page = {
        "begun": len(LESSONS) - len(sessions.left(begun)) if begun else None,
        "count": len(LESSONS),
        "asked": onboarding.practise_first(user),
        "finished": finished,
        "answers": _answers(finished, user) if finished else [],
        "practising": onboarding.seen_by(user),
    }
    return render(request, "review/practice.html", page)


@require_POST
@login_required
def begin(request: HttpRequest) -> HttpResponse:
    sessions.begin(by=signed_in(request))
    return redirect("review:practice_stage")


@require_GET
@login_required
@ensure_csrf_cookie
def stage(request: HttpRequest) -> HttpResponse:
    """The review stage, with all its calls served by practice."""
    if sessions.open_session(signed_in(request)) is None:
        return redirect("review:practice")
    calls = {name: reverse(f"review:practice_{name}") for name in CALLS}
    done = {"practice": {"done": reverse("review:practice")}}
    return stage_page(request, name=gettext("Practice"), calls=calls, more=done)


@require_GET
@login_required
def guideline(request: HttpRequest) -> HttpResponse:
    page = "review/guideline.html#text" if request.GET.get("part") == "text" else "review/guideline.html"
    return render(request, page, {"name": gettext("Practice"), "guideline": strings.guideline()})


@require_POST
@login_required
def waive(request: HttpRequest, user_id: int) -> HttpResponse:
    """A refusal is a 403, the same whether there is such a person or not."""
    newcomer = User.objects.filter(pk=user_id).first() or User()
    onboarding.waive(newcomer, by=signed_in(request))
    messages.success(request, gettext("{name} begins without practice.").format(name=newcomer))
    return redirect("review:practice")


def _answers(session: PracticeSession, user: User) -> list[dict[str, Any]]:
    """The answers of a session, in the order of the pictures, each with the person's own blur."""
    said = {answer.lesson: answer for answer in session.answers.all()}
    blur_filter = preferences.filter_of(user)
    return [
        {
            "title": strings.title(lesson.name),
            "said": said[lesson.name],
            "reason": strings.reasons().get(said[lesson.name].reason, ""),
            "right": strings.right_answer(lesson.right[0]),
            "why": strings.why(lesson.name),
            "picture": cards.picture(lesson.name, "blurred" if _is_blurred(blur_filter, lesson.name) else "web"),
        }
        for lesson in LESSONS
        if lesson.name in said
    ]


def _is_blurred(blur_filter: preferences.Filter, lesson: str) -> bool:
    named = (label.path.risk_label1 for label in drawn()[lesson].result.labels)
    blur = blur_filter.over(named, taxonomy=labels.in_force())
    return blur.blur > 0 or blur.grayscale
