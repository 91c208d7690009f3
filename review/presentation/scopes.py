"""Scopes of a policy's sections, and thresholds, in words."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.policy import Scope, Threshold
from moderation.policy.edit import way_of

NEVER = "–"
_WAYS = {"allow": _("allowed"), "review": _("reviewed"), "block": _("blocked")}


def scope_title(scope: Scope) -> str:
    """ "web / live · zh · level 0–1", or that it is for everything."""
    place = " / ".join(filter(None, (scope.app, scope.event)))
    return " · ".join(filter(None, (place, scope.type, scope.lang, level_title(scope.level)))) or gettext("default")


def level_title(levels: tuple[int, ...]) -> str:
    if not levels:
        return ""
    is_run = len(levels) > 1 and levels == tuple(range(levels[0], levels[-1] + 1))
    shown = f"{levels[0]}–{levels[-1]}" if is_run else ", ".join(map(str, levels))
    return gettext("level %(levels)s") % {"levels": shown}


def threshold_title(threshold: Threshold | None) -> str:
    """ "480 · 820", "blocked" …; "" where there is none."""
    way = way_of(threshold)
    if threshold is None or way in _WAYS:
        return str(_WAYS.get(way, ""))
    return f"{number_title(threshold.review)} · {number_title(threshold.reject)}"


def number_title(number: int | None) -> str:
    return NEVER if number is None else number_format(number, use_l10n=True, force_grouping=False)
