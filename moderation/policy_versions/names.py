"""Look up the labels and apps that rules name: a rule with a mistyped name would never match, and nobody would see."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from accounts.models import App
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy import Mistake, Policy
from moderation.policy.conditions import ANYTHING
from moderation.policy.errors import gettext_noop as _
from moderation.policy_versions import store

Named = tuple[int, int, str]
"""A rule, the place in its condition, and the text there."""


def unknown_labels(policy: Policy, *, besides: Collection[int] = ()) -> list[Mistake]:
    """Patterns that fit no label of the catalogue. Not those of the rules `besides`, nor those that the policy in force
    has already.
    """
    already = {pattern for _rule, _place, pattern in _patterns(store.in_force()[1])}
    asked = [named for named in _patterns(policy) if named[0] not in besides and named[2] not in already]
    unknown = set(labels.unknown_patterns(pattern for _rule, _place, pattern in asked))
    return [_mistake(rule, place, pattern) for rule, place, pattern in asked if pattern in unknown]


def new_paths(policy: Policy, rules: Collection[int]) -> list[LabelPath]:
    """The unknown labels of these rules that can be registered: patterns with a level of any kind name none."""
    asked = [pattern for rule, _place, pattern in _patterns(policy) if rule in rules]
    return [LabelPath(*pattern.split("/")) for pattern in labels.unknown_patterns(asked) if ANYTHING not in pattern]


def unknown_apps(body: Any) -> list[Mistake]:
    """Read from the body itself, so that they are reported together with other mistakes."""
    asked = [(f"/rules/{rule}/when/app/{n}", app) for rule, n, app in _apps(_listed(body, "rules"))]
    asked += [(f"/sections/{n}/scope/app", app) for n, app in _scopes(_listed(body, "sections"))]
    known = set(App.objects.values_list("app_id", flat=True)) if asked else set()
    text = _("There is no app “%(app)s”. Register it first.")
    return [Mistake(pointer, text, {"app": app}) for pointer, app in asked if app not in known]


def _patterns(policy: Policy) -> Iterator[Named]:
    for rule, one in enumerate(policy.rules):
        yield from ((rule, place, pattern) for place, pattern in enumerate(one.texts("label")))


def _apps(rules: list[Any]) -> Iterator[Named]:
    for rule, one in enumerate(rules):
        when = one.get("when") if isinstance(one, dict) else None
        apps = when.get("app") if isinstance(when, dict) else None
        named = enumerate(apps if isinstance(apps, list) else [])
        yield from ((rule, place, app.strip()) for place, app in named if isinstance(app, str))


def _scopes(sections: list[Any]) -> Iterator[tuple[int, str]]:
    for place, one in enumerate(sections):
        scope = one.get("scope") if isinstance(one, dict) else None
        app = scope.get("app") if isinstance(scope, dict) else None
        if isinstance(app, str) and app.strip():
            yield place, app.strip()


def _listed(body: Any, name: str) -> list[Any]:
    found = body.get(name) if isinstance(body, dict) else None
    return found if isinstance(found, list) else []


def _mistake(rule: int, place: int, pattern: str) -> Mistake:
    pointer, meant = f"/rules/{rule}/when/label/{place}", labels.closest(pattern)
    if meant:
        text = _("No label is called “%(path)s”. Did you mean “%(meant)s”? Tick “New label” if it is one.")
        return Mistake(pointer, text, {"path": pattern, "meant": meant})
    return Mistake(pointer, _("No label is called “%(path)s”. Tick “New label” if it is one."), {"path": pattern})
