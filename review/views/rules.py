"""The pages of the routing rules, for administrators: read, edit, try, put in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from moderation import cache_versions, labels
from moderation.models import Case, PolicyVersion
from moderation.policy import BUILT_IN, Policy, PolicyRefused, Section, read
from moderation.policy import changes as policy_changes
from moderation.policy_versions import draft, store
from moderation.policy_versions.draft import Conflict
from moderation.replay import trial
from moderation.replay.trial import Move
from review.models import Queue
from review.policy_editor import queue_preview, rule_flags, shadow_table, shared_draft, versions
from review.policy_editor.policy_form import PolicyForm
from review.policy_editor.shared_draft import Seen, ShownConflict
from review.presentation import case_card, rules
from review.presentation.case_card import CaseCard
from review.views.stage import HtmxHttpRequest

LISTED = 5  # versions on the page of the rules
ON_A_PAGE = 50  # of all versions


@require_GET
@administrators_only
def index(request: HtmxHttpRequest) -> HttpResponse:
    """The policy in force, and the last versions."""
    with cache_versions.read_together():
        version, policy = store.in_force()
        found = _versions()
        context = _told(policy) | {"version": version, "versions": found[:LISTED], "count": found.count()}
        context |= {"shown": shared_draft.shown(), "shadow": shadow_table.table()}
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
    changes = [] if version.active else shared_draft.lines(policy_changes.changes(in_force, policy))
    context = {"version": version, "changes": changes, "in_force": in_force.number, "last": trial.LAST}
    return render(request, "policy/version.html", context | _told(policy))


@require_GET
@administrators_only
def try_out(request: HtmxHttpRequest, number: int) -> HttpResponse:
    """Try this version on the last cases, and on the queues as they are."""
    version = _version(number)
    return _tried(request, store.saying(version), {"version": version})


@require_GET
@administrators_only
def try_draft(request: HtmxHttpRequest) -> HttpResponse:
    return _tried(request, draft.current().policy, {})


def _tried(request: HtmxHttpRequest, policy: Policy, context: dict[str, Any]) -> HttpResponse:
    with cache_versions.read_together():
        context |= _found(policy, signed_in(request))
        return render(request, "policy/try.html#found" if request.htmx else "policy/try.html", context)


def _found(policy: Policy, user: User) -> dict[str, Any]:
    lines = queue_preview.lines()
    queues = [queue for queue, _ in lines]
    names, found = {queue.slug: str(queue) for queue in queues}, versions.try_out(policy, by=user, known=queues)
    cards = _cards(found.moves, user)
    moves = [
        {
            "before": rules.place(move.before, names),
            "after": rules.place(move.after, names),
            "count": move.count,
            "examples": [cards[case] for case in move.examples if case in cards],
        }
        for move in found.moves
    ]
    caught = [(position, rule, found.caught.get(position, 0)) for position, rule in enumerate(policy.rules, start=1)]
    told = {"found": found, "moves": moves, "caught": caught, "last": trial.LAST}
    return told | {"queues": queue_preview.preview(policy, lines)}


@require_http_methods(["GET", "POST"])
@administrators_only
def edit(request: HtmxHttpRequest, number: int) -> HttpResponse:
    """Edit the rules of the draft, beginning with those of this version. Nothing is stored before it is saved."""
    queues = list(Queue.objects.all())
    seen = Seen.sent(request.POST)
    if request.method != "POST" or seen is None or not PolicyForm.is_whole(request.POST):
        return _open(request, number, queues)
    form, act = PolicyForm.sent(request.POST, queues, _sections(seen)), request.POST.get("act", "save")
    if act != "save":
        return _edit(request, number, form.after(act), seen)
    return _save(request, number, form, seen)


def _open(request: HtmxHttpRequest, number: int, queues: Sequence[Queue]) -> HttpResponse:
    """The form as the draft is; of another version the rules, with the sections of the draft."""
    found = draft.current()
    policy = found.policy if number in (found.base, found.in_force) else _policy(number)
    form = PolicyForm.of(replace(policy, sections=found.policy.sections), queues)
    if request.method != "POST":
        return _edit(request, number, form, Seen.of(found))
    form.besides.append(gettext("The form did not arrive whole. Here is the draft as it was: change it again."))
    return _edit(request, number, form, Seen.of(found), status=422)


def _sections(seen: Seen) -> Sequence[Section]:
    """Those that the form was opened with; they are not edited here."""
    try:
        return draft.at(seen.version, base=seen.base).policy.sections
    except Conflict as conflict:
        return conflict.draft.policy.sections


def _save(request: HtmxHttpRequest, number: int, form: PolicyForm, seen: Seen) -> HttpResponse:
    """Redirect to the rules; the form again when it has mistakes, or when somebody else changed the same."""
    if not form.is_valid():
        return _edit(request, number, form, seen, status=422)
    how: dict[str, Any] = {"base": seen.base, "expected_version": seen.version, "by": signed_in(request)}
    try:
        saved = draft.save(form.body(), **how, new_labels=form.new_labels())
    except PolicyRefused as refused:
        form.point_out(refused.mistakes)
        return _edit(request, number, form, seen, status=422)
    except Conflict as conflict:
        return _merged(request, number, form, conflict)
    if saved.version == seen.version:
        messages.info(request, gettext("Nothing was changed, so nothing was saved."))
    else:
        messages.success(request, gettext("Saved in the draft. It has no effect until it is published."))
    return redirect("review:rules")


def _merged(request: HtmxHttpRequest, number: int, form: PolicyForm, conflict: Conflict) -> HttpResponse:
    """What the person had changed as it was typed, everything else as it is now. Where it is not known any more what
    the form was opened on, nothing can be told apart, and all of it stays as typed.
    """
    try:
        if conflict.why == "base" or conflict.mine:
            form = PolicyForm.of(read(0, conflict.merged), form.queues).with_text_of(form)
    except PolicyRefused as refused:
        form.point_out(refused.mistakes)
    shown = ShownConflict.of(conflict)
    return _edit(request, number, form, Seen.after(conflict), conflict=shown, status=409)


def _edit(
    request: HtmxHttpRequest,
    number: int,
    form: PolicyForm,
    seen: Seen,
    *,
    conflict: ShownConflict | None = None,
    status: int = 200,
) -> HttpResponse:
    page = "policy/edit.html#form" if request.htmx else "policy/edit.html"
    context = {"number": number, "form": form, "seen": seen, "conflict": conflict}
    return render(request, page, context, status=status)


def _told(policy: Policy) -> dict[str, Any]:
    sentences = rules.sentences(policy, shared_draft.queue_names(), labels.in_force())
    told = zip(policy.rules, sentences, rule_flags.flags(policy), strict=True)
    return {"sentences": list(told), "weights": rules.weights(policy.boosts)}


def _cards(moves: Sequence[Move], user: User) -> dict[int, CaseCard]:
    """The examples of all moves, by case."""
    wanted = {case for move in moves for case in move.examples}
    cases = Case.objects.select_related("app", "picture_fetch__picture").filter(pk__in=wanted)
    return {card.case.pk: card for card in case_card.of_cases(list(cases), user=user)}


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
