"""The page itself: what it shows of a draft at one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.auth.access import administrators_only, signed_in
from moderation import cache_versions
from moderation.policy import Policy
from moderation.policy.inheritance import flags_of
from moderation.policy_versions import draft as drafts
from moderation.policy_versions import store
from moderation.policy_versions.draft import Draft
from review.policy_editor import shadow_table
from review.policy_editor.thresholds.label_here import LabelHere, label_here
from review.policy_editor.thresholds.label_tree import LabelTree, label_tree
from review.policy_editor.thresholds.place import Place, read_place
from review.policy_editor.thresholds.scope_form import Choices, ScopeForm
from review.policy_editor.thresholds.scope_list import offered_scopes, scope_list
from review.presentation.scopes import scope_title
from review.statistics.label_scores.seen import Seen, seen
from review.views.stage import HtmxHttpRequest
from review.views.thresholds import foot, words
from review.views.thresholds.scores import scores

TEMPLATE = "policy/thresholds.html"
TREE = "policy/thresholds/tree.html"
MOVED = "to"  # before the fields of the scope that a section is moved to


@dataclass
class Said:
    """What the page says after something was refused: a sentence, typed numbers and what is wrong with them, a
    conflict, a number to be typed. `status` is for who has no script.
    """

    status: int = 200
    mistakes: Iterable[str] = ()
    typed: dict[str, str] = field(default_factory=dict)
    conflict: words.ConflictWords | None = None
    needs: words.Needs | None = None
    scope_form: ScopeForm | None = None
    refusal: str = ""


@require_GET
@administrators_only
def page(request: HtmxHttpRequest) -> HttpResponse:
    place = read_place(request.GET.dict(), request.GET.getlist("open"))
    if request.htmx and request.htmx.target == "tree":
        with cache_versions.read_together():
            now = drafts.current()
            return _vary(render(request, TREE, _lists(place, now, now.policy, seen())))
    return unread(request, place) if place.is_unread else shown(request, place)


@require_GET
@administrators_only
def shadow(request: HtmxHttpRequest) -> HttpResponse:
    """The figures of the draft in shadow alone, as they come."""
    return render(request, "policy/thresholds/shadow.html", {"shadow": shadow_table.table()})


def shown(request: HtmxHttpRequest, place: Place, said: Said | None = None) -> HttpResponse:
    """The page at this place; as a part for htmx, which shows no refusal under its own status."""
    with cache_versions.read_together():
        return _shown(request, place, said or Said())


def unread(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    """The address names a scope that cannot be read: without it another one would be changed."""
    told = gettext("This address names a scope that cannot be read. Nothing was changed: choose a scope from the list.")
    return shown(request, replace(place, label="", is_unread=False), Said(422, refusal=told))


def _shown(request: HtmxHttpRequest, place: Place, said: Said) -> HttpResponse:
    now, lately = drafts.current(), seen()
    policy = now.policy  # read once: it can have thousands of thresholds
    is_part = bool(request.htmx) and not request.htmx.history_restore_request
    context = {"is_part": is_part, **_lists(place, now, policy, lately), **foot.context(now, by=signed_in(request))}
    context |= {"refusal": said.refusal, "mistakes": said.mistakes, "conflict": said.conflict, "needs": said.needs}
    context |= _forms(place, lately, said)
    if place.label:
        context |= _label(request, place, policy, lately, said)
    answer = render(
        request, f"{TEMPLATE}#page" if is_part else TEMPLATE, context, status=200 if is_part else said.status
    )
    return _vary(answer)


def _lists(place: Place, now: Draft, policy: Policy, lately: Seen) -> dict[str, Any]:
    """What the labels and the scopes are listed from."""
    in_force = _in_force()
    tree = label_tree(policy, in_force, place, lately.counts)
    rows = scope_list(policy, in_force, place)
    return {
        "place": place,
        "next": f"{reverse('review:thresholds')}?{place.query()}",
        "draft": now,
        "seen": lately,
        "title": scope_title(place.scope),
        "tree": tree,
        "filters": _filters(place, tree),
        "new_path_query": place.at(label=tree.new_path),
        "scopes": rows,
        "offered": offered_scopes(lately.places, [row.scope for row in rows], place),
        "dims": words.dims(place.scope),
        "scope_flags": words.scope_flags(flags_of(policy, place.scope)),
    }


def _filters(place: Place, tree: LabelTree) -> list[dict[str, Any]]:
    return [
        {"name": name, "count": tree.counts[key], "is_on": tree.shown == key, "query": place.showing(key)}
        for key, name in words.filter_names().items()
    ]


def _forms(place: Place, lately: Seen, said: Said) -> dict[str, Any]:
    choices = Choices.read(lately.types)
    fresh = ScopeForm(None, scope=place.scope, choices=choices)
    moved = said.scope_form or ScopeForm(None, scope=place.scope, choices=choices, prefix=MOVED)
    return {"scope_form": fresh, "moved_form": moved, "scope_mistakes": bool(said.scope_form)}


def _label(request: HtmxHttpRequest, place: Place, policy: Policy, lately: Seen, said: Said) -> dict[str, Any]:
    here: LabelHere = label_here(policy, _in_force(), place)
    found = scores(policy, here, lately.labels, user=signed_in(request))
    return {
        "here": here,
        "scores": found,
        "ways": words.ways(here),
        "numbers": words.numbers(here, said.typed),
        "slider": words.slider(here, found),
        "looks": words.LOOKS,
        "figures": words.figures(found),
        "span": words.span(found),
        "contradicted": words.contradicted(found),
        "intermediate": round(found.sample.intermediate.total() / found.sample.days),
        "after_reject": words.after_reject(here, found),
    }


def _in_force() -> Policy:
    return store.in_force()[1]


def _vary(response: HttpResponse) -> HttpResponse:
    """The page and its parts have the same URL."""
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
