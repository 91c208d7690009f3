"""One change of the draft, as a form of the page sends it: a threshold, a flag, a scope."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.policy import Policy, PolicyRefused, write
from moderation.policy.edit import WAYS, change_scope, remove_scope, set_flag, set_threshold, threshold_of
from moderation.policy.sections import Scope
from moderation.policy_versions import draft as drafts
from moderation.policy_versions import store
from moderation.policy_versions.draft import Conflict
from review.policy_editor.thresholds.label_here import label_here
from review.policy_editor.thresholds.place import EVERYTHING, Place, read_place
from review.policy_editor.thresholds.scope_form import Choices, ScopeForm
from review.presentation import rules
from review.statistics.label_scores.seen import seen
from review.views.stage import HtmxHttpRequest
from review.views.thresholds import conflicts
from review.views.thresholds.opened import address, opened_on
from review.views.thresholds.page import MOVED, Said, shown, unread

LONGEST_NUMBER = 12  # characters; a longer one is refused as it is
Edit = Callable[[Policy], Policy]


@require_POST
@administrators_only
def change(request: HtmxHttpRequest) -> HttpResponse:
    place = read_place(request.POST.dict(), request.POST.getlist("open"))
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise Http404
    return unread(request, place) if place.is_unread else _ACTS[act](request, place)


def _threshold(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    way = request.POST.get("way", "score")
    if way not in WAYS or not place.label:
        raise Http404

    def edit(policy: Policy) -> Policy:
        here = label_here(policy, store.in_force()[1], place)
        typed = here.by_score(*(_number(request.POST, which) for which in ("review", "reject")))
        own = typed if way == "score" else threshold_of(way)
        return set_threshold(policy, place.scope, place.label, own)

    return _save(request, place, edit, typed=_typed(request.POST) if way == "score" else {})


def _flag(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    flag, value = request.POST.get("flag", ""), request.POST.get("value", "")

    def edit(policy: Policy) -> Policy:
        try:
            return set_flag(policy, place.scope, flag, value)  # type: ignore[arg-type] # as it was sent
        except ValueError:
            raise Http404 from None

    return _save(request, place, edit)


def _move_scope(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    """To other results."""
    form = ScopeForm(request.POST.dict(), scope=place.scope, choices=Choices.read(seen().types), prefix=MOVED)
    to = form.scope()
    if to is None:
        return shown(request, place, Said(status=422, scope_form=form))
    return _save(request, place, lambda policy: change_scope(policy, place.scope, to), then=to, form=form)


def _remove_scope(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    return _save(request, place, lambda policy: remove_scope(policy, place.scope), then=EVERYTHING)


_ACTS = {"threshold": _threshold, "flag": _flag, "move-scope": _move_scope, "remove-scope": _remove_scope}


def _save(
    request: HtmxHttpRequest,
    place: Place,
    edit: Edit,
    *,
    typed: dict[str, str] | None = None,
    then: Scope | None = None,
    form: ScopeForm | None = None,
) -> HttpResponse:
    """Edit the draft that the page showed, and save it; what others have changed since is merged with it."""
    version, base = opened_on(request)
    try:
        edited = edit(drafts.at(version, base=base).policy)
        drafts.save(write(edited), base=base, expected_version=version, by=signed_in(request))
    except PolicyRefused as refused:
        mistakes = [rules.mistake(one) for one in refused.mistakes]
        if form is not None:
            for one in mistakes:
                form.add_error(None, one)
        said = Said(422, [] if form else mistakes, typed or {}, scope_form=form)
        return shown(request, place, said)
    except Conflict as conflict:
        told = conflicts.in_words(conflict, again=_again(request, conflict))
        return shown(request, place, Said(409, [], typed or {}, conflict=told))
    return address(request, replace(place, scope=place.scope if then is None else then))


def _again(request: HtmxHttpRequest, conflict: Conflict) -> list[tuple[str, str]]:
    """The same form on the draft as it is now, so that it is saved over what others did."""
    now = {"version": str(conflict.draft.version), "base": str(conflict.draft.base)}
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    return [(name, now.get(name, str(value))) for name, value in sent if name != "csrfmiddlewaretoken"]


def _typed(sent: QueryDict) -> dict[str, str]:
    return {which: sent.get(which, "")[:LONGEST_NUMBER] for which in ("review", "reject")}


def _number(sent: QueryDict, which: str) -> int | None:
    """What reads as no whole number is taken over as one that the policy refuses, with its place."""
    text = sent.get(which, "").strip()
    if not text:
        return None
    try:
        return int(text) if len(text) <= LONGEST_NUMBER else NO_NUMBER
    except ValueError:
        return NO_NUMBER


NO_NUMBER = -1
