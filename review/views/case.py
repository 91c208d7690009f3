"""The case page: everything about one case, and the actions of leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from moderation import cache_versions
from moderation.contract import json_text
from moderation.contract.values import LabelPath
from moderation.erasure import holds
from moderation.models import Case
from moderation.results import by_policy_alone
from moderation.scores import score
from review.cases import case_record, label_judgements, timeline
from review.cases.case_record import CaseRecord
from review.cases.search import LONGEST_NUMBER
from review.models import ReviewTask
from review.permissions import can_lead_in, cases_seen_by, takers
from review.presentation import case_state, origins, task_json
from review.presentation.origins import OriginWords
from review.presentation.strings.refusals import refusal_text
from review.refusals import Refused
from review.views.list_forms import own_path
from review.views.policy import known_pictures
from review.workflow import ask_for_picture as asking
from review.workflow import assign as assigning
from review.workflow import lease_directly, snoozed
from review.workflow import reopen as reopening
from review.workflow.transitions import WrongState, can

LONGEST_NOTE = 4000
SHOWN_CHARACTERS = 100_000  # of a raw body; a longer one is cut, and the page says so


@require_GET
@login_required
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """404 also when the user may not see the case."""
    user = signed_in(request)
    found = case_record.read(int(case_id), user=user)
    if found is None:
        raise Http404(gettext("There is no case of this number that you may see."))
    with cache_versions.read_together():
        return render(request, "review/case.html", _page(request, found, user))


@require_POST
@login_required
def reopen(request: HttpRequest, case_id: str) -> HttpResponse:
    user = signed_in(request)
    known = _seen(case_id, user)
    try:
        reopening.reopen(known.pk, by=user, note=_note(request))
        messages.success(
            request, gettext("Reopened. The current result stays valid until the new verdict corrects it.")
        )
    except (Refused, WrongState) as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("review:case", known.pk)


@require_POST
@login_required
def ask_for_picture(request: HttpRequest, case_id: str) -> HttpResponse:
    user = signed_in(request)
    known = _seen(case_id, user)
    if asking.ask(known.pk, by=user):
        messages.success(request, gettext("The picture is fetched again now."))
    else:
        messages.info(request, gettext("There is nothing to fetch again: the picture is there, or on its way."))
    return redirect("review:case", known.pk)


@require_POST
@login_required
def assign(request: HttpRequest, case_id: str) -> HttpResponse:
    user = signed_in(request)
    known = _seen(case_id, user)
    task, to = _newest_task(known), _colleague(request)
    try:
        assigning.assign(task.pk, to=to, by=user, note=_note(request))
        told = gettext("Assigned to {name}.").format(name=to) if to else gettext("Given back to everybody.")
        messages.success(request, told)
    except (Refused, WrongState) as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("review:case", known.pk)


@require_POST
@login_required
def bring_back(request: HttpRequest, case_id: str) -> HttpResponse:
    """Return a snoozed case to its queue, and the person to the list in which the button was."""
    user = signed_in(request)
    known = _seen(case_id, user)
    try:
        snoozed.bring_back(_newest_task(known).pk, by=user)
        messages.success(request, gettext("Brought back: the case has its place in the queue again."))
    except (Refused, WrongState) as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect(own_path(request.POST.get("next", "")) or reverse("review:case", args=[known.pk]))


@require_POST
@login_required
def lease_one(request: HttpRequest, case_id: str) -> HttpResponse:
    """Lease the case and redirect to the stage, which shows it first."""
    user = signed_in(request)
    known = _seen(case_id, user)
    try:
        task = lease_directly.lease_one(_newest_task(known).pk, by=user)
    except Refused as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("review:case", known.pk)
    return redirect(reverse("review:stage_of", args=[task.queue.slug], query={"tasks": task.pk}))


def _page(request: HttpRequest, found: CaseRecord, user: User) -> dict[str, Any]:
    said, came = _said(found), origins.in_words(found.tasks[-1:])
    hidden = _hides(found, came, user)
    return {
        "found": found,
        "case": found.case,
        "task": found.tasks[-1] if found.tasks else None,
        "said": said,
        "machine_kinds": ("received", "revised", "routed"),  # whose `by` is no person
        "head": _head(found, said, came),
        "judgements": label_judgements.of(said["labels"], found.decisions, hidden=hidden) if said else [],
        "raws": [(one, *_readable(one.raw)) for one in reversed(found.machine)],
        "request_text": _readable(found.case.request or ""),
        "origins": came,
        "rounds": timeline.by_round(timeline.entries(found, hidden=hidden)),
        "reveal": request.GET.get("reveal") == "1",
        "hold": holds.of_case(found.case),
        "can_hold": may(user, Permission.ERASE),
        **_offers(found, user),
    }


def _seen(case_id: str, user: User) -> Case:
    return get_object_or_404(cases_seen_by(user), pk=int(case_id))


def _newest_task(known: Case) -> ReviewTask:
    task = ReviewTask.objects.filter(case=known).order_by("-round").first()
    if task is None:
        raise Http404(gettext("This case was never in a review queue."))
    return task


def _colleague(request: HttpRequest) -> User | None:
    """None for "", 404 for what is no number. For a number that is nobody's a person who works nowhere, whom the verbs
    refuse as they refuse a stranger.
    """
    chosen = request.POST.get("to", "")
    if not chosen:
        return None
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) <= LONGEST_NUMBER):
        raise Http404
    return User.objects.filter(pk=int(chosen)).first() or User()


def _note(request: HttpRequest) -> str:
    return request.POST.get("note", "").replace("\0", "")[:LONGEST_NOTE].strip()


def _said(found: CaseRecord) -> dict[str, Any] | None:
    """The machine result that the case stands on, as reviewers see it."""
    if not found.machine:
        return None
    machine = next((one for one in found.machine if one.revision == found.case.stands_on), found.machine[-1])
    return {"machine": machine, **task_json.said_by_machine(found.case, machine)}


def _head(found: CaseRecord, said: dict[str, Any] | None, came: Mapping[int, OriginWords]) -> dict[str, Any]:
    """The title: the top label, its score, and where the case stands."""
    task = found.tasks[-1] if found.tasks else None
    standing = [one for one in found.decisions if one.undone_at is None]
    origin = came.get(task.pk) if task else None
    machine = said["machine"] if said else None
    level, path = (machine.risk_level, machine.path) if machine else ("", LabelPath(""))
    own = [one["probability"] for one in said["labels"] if _is(one, path)] if said else []
    names = said["resultLevels"] if said else []
    state = case_state.of(
        found.case,
        task,
        standing[-1] if standing else None,
        origin=origin,
        level=level,
        result=found.last_result,
        now=timezone.now(),
    )
    return {
        "label": names[-1] if names else "",
        "full": " › ".join(names),
        "mark": case_state.MARKS.get(level, "–"),
        "level": level,
        "score": score(own[0]) if own else None,
        "state": state,
    }


def _is(label: Mapping[str, Any], path: LabelPath) -> bool:
    return (label["riskLabel1"], label["riskLabel2"], label["riskLabel3"]) == (
        path.risk_label1,
        path.risk_label2,
        path.risk_label3,
    )


def _hides(found: CaseRecord, came: Mapping[int, OriginWords], user: User) -> bool:
    """Whoever is asked for a second opinion forms it without the verdicts of others."""
    task = found.tasks[-1] if found.tasks else None
    origin = came.get(task.pk) if task else None
    return bool(task and task.owner_id == user.pk and origin and origin.kind == "second-opinion")


def _readable(raw: str) -> tuple[str, int]:
    """Indented JSON text, and how many characters of it are left out. Numbers stay as they were sent."""
    if not raw or len(raw) > SHOWN_CHARACTERS:
        return raw[:SHOWN_CHARACTERS], max(0, len(raw) - SHOWN_CHARACTERS)
    return json_text.pretty(json_text.loads(raw.encode())), 0


def _offers(found: CaseRecord, user: User) -> dict[str, Any]:
    """What this person can do now. The actions check again."""
    can_ask = asking.can_ask(found.case.picture_fetch, by=user)
    can_add = known_pictures.can_add(found.case.picture_fetch, by=user)
    can_reopen = {"can_reopen": True} if _can_reopen_policys(found, user) else {}
    if not found.tasks:
        return {"can_ask_for_picture": can_ask, "can_add_known": can_add} | can_reopen
    task = found.tasks[-1]
    offers: dict[str, Any] = {"can_ask_for_picture": can_ask, "can_lease": lease_directly.can_lease(task, by=user)}
    offers["can_bring_back"] = snoozed.can_bring_back(task, by=user)
    if can("reopen", task.state):
        offers["can_reopen"] = can_lead_in(user, reopening.queue_after(task).pk, Permission.REOPEN)
    if can("assign", task.state) and can_lead_in(user, task.queue_id, Permission.ASSIGN):
        offers["colleagues"] = takers(task.queue_id, state=task.state).order_by("name", "email")
    return offers | {"can_add_known": can_add} | can_reopen


def _can_reopen_policys(found: CaseRecord, user: User) -> bool:
    """Whether this person can reopen a case that policy decided alone."""
    if not by_policy_alone(found.case, found.last_result):
        return False
    return can_lead_in(user, reopening.first_queue(found.case).pk, Permission.REOPEN)
