"""Look up the queues, labels and apps that a policy names: a rule with a mistyped name would never match, and nobody
would see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import App
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy import Mistake, Policy, PolicyRefused, read, write
from moderation.policy.conditions import ANYTHING
from moderation.policy.errors import gettext_noop as _
from moderation.policy.places import Queues
from moderation.policy_versions import store

Named = tuple[int, int, str]
"""A rule, the place in its condition, and the text there."""


class KnownQueues(Protocol):
    """The function at settings.POLICY_QUEUES: the queues of the review app."""

    def __call__(self) -> Queues: ...


def queues() -> Queues:
    return cast(KnownQueues, import_string(settings.POLICY_QUEUES))()


@dataclass(frozen=True, slots=True)
class Checked:
    """A policy that `check` has read, and the rules of it, from 0, whose unknown labels are new ones."""

    policy: Policy
    new_labels: Collection[int]


def check(body: Any, *, new_labels: Collection[int] | None = ()) -> Checked:
    """The policy that the body describes, if all its queues, apps and labels exist. Raises PolicyRefused. `new_labels`
    are the rules, from 0, whose unknown labels are new ones; with None rules may name any label, and none is a new one.
    Thresholds may name any label.
    """
    policy = _read(body, [*_unknown_queues(body), *_unknown_apps(body)])
    if new_labels is not None and (mistakes := _unknown_labels(policy, besides=new_labels)):
        raise PolicyRefused(mistakes)
    return Checked(policy, new_labels or ())


def check_queues(policy: Policy) -> None:
    """Raises PolicyRefused unless all queues that the policy names still exist."""
    if mistakes := _unknown_queues(write(policy)):
        raise PolicyRefused(mistakes)


def new_paths(checked: Checked) -> list[LabelPath]:
    """The new labels that can be registered: patterns with a level of any kind name none."""
    asked = [pattern for rule, _place, pattern in _patterns(checked.policy) if rule in checked.new_labels]
    return [LabelPath(*pattern.split("/")) for pattern in labels.unknown_patterns(asked) if ANYTHING not in pattern]


def _read(body: Any, names: Collection[Mistake]) -> Policy:
    """Raises PolicyRefused for what cannot be read and for `names`, all at once."""
    try:
        policy, mistakes = read(0, body), list[Mistake]()
    except PolicyRefused as refused:
        policy, mistakes = Policy(), list(refused.mistakes)
    wrong = {mistake.pointer for mistake in mistakes}
    if mistakes := [*mistakes, *(mistake for mistake in names if mistake.pointer not in wrong)]:
        raise PolicyRefused(mistakes)
    return policy


# Names are looked up in the body itself, so that they are reported together with what cannot be read.


def _unknown_queues(body: Any) -> list[Mistake]:
    named = [(place, rule["queue"]) for place, rule in _objects(body, "rules") if isinstance(rule.get("queue"), str)]
    known = queues().slugs if named else frozenset()
    text = _("There is no queue “%(queue)s”.")
    unknown = [(place, slug) for place, slug in named if slug and slug not in known]
    return [Mistake(f"/rules/{place}/queue", text, {"queue": slug}) for place, slug in unknown]


def _unknown_apps(body: Any) -> list[Mistake]:
    asked = [(f"/rules/{rule}/when/app/{n}", app) for rule, n, app in _apps(body)]
    asked += [(f"/sections/{n}/scope/app", app) for n, app in _scopes(body)]
    known = set(App.objects.values_list("app_id", flat=True)) if asked else set()
    text = _("There is no app “%(app)s”. Register it first.")
    return [Mistake(pointer, text, {"app": app}) for pointer, app in asked if app not in known]


def _unknown_labels(policy: Policy, *, besides: Collection[int] = ()) -> list[Mistake]:
    """Patterns that fit no label of the catalogue. Not those of the rules `besides`, nor those that the policy in force
    has already.
    """
    already = {pattern for _rule, _place, pattern in _patterns(store.in_force()[1])}
    asked = [named for named in _patterns(policy) if named[0] not in besides and named[2] not in already]
    unknown = set(labels.unknown_patterns(pattern for _rule, _place, pattern in asked))
    return [_mistake(rule, place, pattern) for rule, place, pattern in asked if pattern in unknown]


def _patterns(policy: Policy) -> Iterator[Named]:
    for rule, one in enumerate(policy.rules):
        yield from ((rule, place, pattern) for place, pattern in enumerate(one.texts("label")))


def _apps(body: Any) -> Iterator[Named]:
    for rule, one in _objects(body, "rules"):
        when = one.get("when")
        apps = when.get("app") if isinstance(when, dict) else None
        named = enumerate(apps if isinstance(apps, list) else [])
        yield from ((rule, place, app.strip()) for place, app in named if isinstance(app, str))


def _scopes(body: Any) -> Iterator[tuple[int, str]]:
    for place, one in _objects(body, "sections"):
        scope = one.get("scope")
        app = scope.get("app") if isinstance(scope, dict) else None
        if isinstance(app, str) and app.strip():
            yield place, app.strip()


def _objects(body: Any, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a list in the body, with their places in it."""
    found = body.get(name) if isinstance(body, dict) else None
    listed = enumerate(found if isinstance(found, list) else [])
    return ((place, one) for place, one in listed if isinstance(one, dict))


def _mistake(rule: int, place: int, pattern: str) -> Mistake:
    pointer, meant = f"/rules/{rule}/when/label/{place}", labels.closest(pattern)
    if meant:
        text = _("No label is called “%(path)s”. Did you mean “%(meant)s”? Tick “New label” if it is one.")
        return Mistake(pointer, text, {"path": pattern, "meant": meant})
    return Mistake(pointer, _("No label is called “%(path)s”. Tick “New label” if it is one."), {"path": pattern})
