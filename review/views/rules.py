"""The pages of the routing rules, for administrators: read, edit, try, put in force."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from moderation import labels
from moderation.models import Case, PolicyVersion
from moderation.policy import BUILT_IN, Policy, PolicyRefused, write
from moderation.policy.replay import Move
from moderation.policy_versions import names, replay, store
from review.models import Queue
from review.policy_editor import queue_preview, rule_flags, versions
from review.policy_editor.policy_form import PolicyForm
from review.presentation import case_card, rules
from review.presentation.case_card import CaseCard
from review.views.stage import HtmxHttpRequest

LISTED = 5  # versions on the page of the rules
ON_A_PAGE = 50  # of all versions


@require_GET
@administrators_only
def index(request: HtmxHttpRequest) -> HttpResponse:
    """The policy in force, and the last versions."""
    version, policy = store.in_force()
    found = _versions()
    context = _told(policy) | {"version": version, "versions": found[:LISTED], "count": found.count()}
    return render(request, "policy/rules.html", context)


@require_GET
@administrators_only
def all_versions(request: HtmxHttpRequest) -> HttpResponse:
    page = Paginator(_versions(), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "policy/versions.html", {"versions": page})


@require_GET
@administrators_only
def show(request: HtmxHttpRequest, number: int) -> HttpResponse:
    """One version: its sentences, and how it differs from the one in force."""
    version = _version(number)
    policy, in_force = store.saying(version), store.in_force()[1]
    changes = [] if version.active else rules.changes(in_force, policy, _names(), labels.in_force())
    context = {"version": version, "changes": changes, "in_force": in_force.number, "last": replay.LAST}
    return render(request, "policy/version.html", context | _told(policy))


@require_GET
@administrators_only
def try_out(request: HtmxHttpRequest, number: int) -> HttpResponse:
    """Try this version on the last cases, and on the queues as they are."""
    version, names = _version(number), _names()
    policy = store.saying(version)
    found = versions.try_out(policy, by=signed_in(request))
    cards = _cards(found.moves, signed_in(request))
    moves = [
        {
            "before": rules.place(move.before, names),
            "after": rules.place(move.after, names),
            "count": move.count,
            "examples": [cards[one.case_id] for one in move.examples if one.case_id in cards],
        }
        for move in found.moves
    ]
    caught = [(position, rule, found.caught.get(position, 0)) for position, rule in enumerate(policy.rules, start=1)]
    context = {"version": version, "found": found, "moves": moves, "caught": caught, "last": replay.LAST}
    context["queues"] = queue_preview.preview(policy)
    return render(request, "policy/try.html#found" if request.htmx else "policy/try.html", context)


@require_http_methods(["GET", "POST"])
@administrators_only
def edit(request: HtmxHttpRequest, number: int) -> HttpResponse:
    """Edit a copy of a version as a draft. Nothing is stored before it is saved."""
    policy, queues = _policy(number), list(Queue.objects.all())
    if request.method != "POST":
        return _edit(request, number, PolicyForm.of(policy, queues))
    form, act = PolicyForm.sent(request.POST, queues, policy.sections), request.POST.get("act", "save")
    if act != "save":
        return _edit(request, number, form.after(act))
    if not PolicyForm.is_whole(request.POST):
        form = PolicyForm.of(policy, queues)
        form.besides.append(gettext("The form did not arrive whole. Here is the version as it was: change it again."))
        return _edit(request, number, form, status=422)
    return _save(request, number, form, policy) or _edit(request, number, form, status=422)


@require_POST
@administrators_only
def put_in_force(request: HtmxHttpRequest, number: int) -> HttpResponse:
    version = _version(number)
    try:
        versions.put_in_force(version, by=signed_in(request))
    except PolicyRefused as refused:
        for mistake in refused.mistakes:
            messages.error(request, f"{mistake.pointer}: {rules.mistake(mistake)}")
        return redirect("review:rules_version", number)
    messages.success(request, gettext("Policy %(number)s is in force.") % {"number": number})
    return redirect("review:rules")


def _save(request: HtmxHttpRequest, number: int, form: PolicyForm, policy: Policy) -> HttpResponse | None:
    """Redirect to the new draft; None when the form has mistakes, which it then shows."""
    if not form.is_valid():
        return None
    try:
        if write(names.check(body := form.body(), new_labels=form.new_labels())) == write(policy):
            messages.info(request, gettext("Nothing was changed, so nothing was saved."))
            return redirect("review:rules_version", number) if number else redirect("review:rules")
        version = versions.save(body, by=signed_in(request), new_labels=form.new_labels())
    except PolicyRefused as refused:
        form.point_out(refused.mistakes)
        return None
    messages.success(request, gettext("Saved as a draft. Try it, then put it in force."))
    return redirect("review:rules_version", version.number)


def _edit(request: HtmxHttpRequest, number: int, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    page = "policy/edit.html#form" if request.htmx else "policy/edit.html"
    return render(request, page, {"number": number, "form": form}, status=status)


def _told(policy: Policy) -> dict[str, Any]:
    sentences = rules.sentences(policy, _names(), labels.in_force())
    told = zip(policy.rules, sentences, rule_flags.flags(policy), strict=True)
    return {"sentences": list(told), "weights": rules.weights(policy.boosts)}


def _cards(moves: Sequence[Move], user: User) -> dict[int, CaseCard]:
    """The examples of all moves, by case."""
    wanted = {one.case_id for move in moves for one in move.examples}
    cases = Case.objects.select_related("app", "picture_fetch__picture").filter(pk__in=wanted)
    return {card.case.pk: card for card in case_card.of_cases(list(cases), user=user)}


def _names() -> dict[str, str]:
    return {queue.slug: str(queue) for queue in Queue.objects.only("slug", "name", "name_zh")}


def _policy(number: int) -> Policy:
    """The policy of a version; 0 is the built-in one."""
    return store.saying(_version(number)) if number else BUILT_IN


def _versions() -> QuerySet[PolicyVersion]:
    return PolicyVersion.objects.select_related("created_by", "in_force_by").order_by("-number")


def _version(number: int) -> PolicyVersion:
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise Http404(gettext("There is no policy of this number."))
    return version
