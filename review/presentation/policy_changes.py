"""What changes between two policies, in plain sentences: "In web / live, Nudity is reviewed from 480 (was 400)."

Numbers and names are marked up, typed text is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Literal, NamedTuple

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from moderation.contract.values import LabelPath
from moderation.policy import Rule, Scope, Threshold
from moderation.policy.changes import (
    BoostChange,
    Change,
    Direction,
    FlagChange,
    RuleChange,
    SectionChange,
    ThresholdChange,
)
from moderation.policy.sections import ANY_LABEL
from moderation.policy.taxonomy import Taxonomy
from review.presentation import rules
from review.presentation.label_names import last_level_name

Mark = Literal["+", "−", "↑", "↓", "↔"]
Names = Mapping[str, str]

_MARKS: Mapping[Direction, Mark] = {"stricter": "↑", "milder": "↓", "other": "↔"}
_FLAGS = {
    ("otherwise", "machine"): _("In {}, labels without a threshold count as the machine says; before, they {}."),
    ("otherwise", "PASS"): _("In {}, labels without a threshold are allowed; before, they {}."),
    ("otherwise", "REVIEW"): _("In {}, labels without a threshold are reviewed; before, they {}."),
    ("afterReject", "final"): _("In {}, a rejection is final at once; before, a person confirmed it."),
    ("afterReject", "confirm"): _("In {}, a person confirms each rejection; before, it was final at once."),
    ("intermediate", "decide"): _("In {}, thresholds decide intermediate results too; before, a person did."),
    ("intermediate", "person"): _("In {}, a person decides intermediate results; before, thresholds did."),
}
_BEFORE = {
    "machine": _("counted as the machine says"),
    "PASS": _("were allowed"),
    "REVIEW": _("were reviewed"),
}
_BOOSTS = {
    "critical": _("A critical label moves a task up by {} (was {})."),
    "high": _("A label of high severity moves a task up by {} (was {})."),
    "moderate": _("A label of moderate severity moves a task up by {} (was {})."),
    "low": _("A label of low severity moves a task up by {} (was {})."),
    "confidence": _("The machine's confidence moves a task up by at most {} (was {})."),
    "rejected_before": _("Each picture of the user that was rejected before moves a task up by {} (was {})."),
    "rejected_before_at_most": _("Pictures of the user that were rejected before count for at most {} (was {})."),
    "reach": _("Each user level moves a task up by {} (was {})."),
}


class ChangeLine(NamedTuple):
    """`id` names the change when it is to be undone. `mark` says whether it is stricter or milder."""

    id: str
    mark: Mark
    direction: Direction
    sentence: SafeString


def lines(changes: Iterable[Change], names: Names, taxonomy: Taxonomy) -> list[ChangeLine]:
    """`names` are those of the queues, by slug; `taxonomy` has those of the labels."""
    return [ChangeLine(one.id, _mark(one), one.direction, sentence(one, names, taxonomy)) for one in changes]


def sentence(change: Change, names: Names, taxonomy: Taxonomy) -> SafeString:
    match change:
        case ThresholdChange():
            return _threshold(change, taxonomy)
        case FlagChange():
            return format_html(
                str(_FLAGS[change.flag, change.after]), _bold(change.section), _BEFORE.get(change.before)
            )
        case SectionChange():
            return _SECTIONS[change.what](change)
        case RuleChange():
            return _rule(change, partial(rules.sentence, names=names, taxonomy=taxonomy))
        case BoostChange():
            told = (format_html("<b>{}</b>", rules.minutes(minutes)) for minutes in (change.after, change.before))
            return format_html(str(_BOOSTS[change.name]), *told)


def label(key: str, taxonomy: Taxonomy) -> SafeString:
    """A label of thresholds by its name, with its path."""
    if key == ANY_LABEL:
        return format_html("<b>{}</b>", gettext("every other label"))
    return format_html('<b title="{}"><bdi>{}</bdi></b>', key, last_level_name(LabelPath(*key.split("/", 2)), taxonomy))


def threshold(found: Threshold | None, *, is_bold: bool = True) -> SafeString | str:
    """How a label counts: “reviewed from 400 and rejected from 850”."""
    if found is None:
        return gettext("counted as the machine says")
    if found.reject == 0:
        return gettext("blocked")
    if found.review is None and found.reject is None:
        return gettext("allowed")
    if found.review == 0 and found.reject is None:
        return gettext("always reviewed")
    return _numbers(found, _number if is_bold else _plain_number)


def scope(found: Scope) -> str:
    """Which results a section is for: “app web, event live”."""
    told = [
        (gettext("app {}"), found.app),
        (gettext("event {}"), found.event),
        (gettext("type {}"), found.type),
        (gettext("language {}"), found.lang),
        (gettext("user level {}"), gettext(", ").join(map(str, found.level))),
    ]
    return gettext(", ").join(words.format(value) for words, value in told if value) or gettext("all results")


def _mark(change: Change) -> Mark:
    if isinstance(change, SectionChange | RuleChange) and change.what in ("added", "removed"):
        return "+" if change.what == "added" else "−"
    return _MARKS[change.direction]


def _threshold(change: ThresholdChange, taxonomy: Taxonomy) -> SafeString:
    before, after = change.before.counts_as, change.after.counts_as
    told = _now(before, after)
    if change.after.section not in ("", change.section):
        told = format_html(gettext("{}, as {} says"), told, _bold(change.after.section))
    return format_html(gettext("In {}, {} is {}."), _bold(change.section), label(change.label, taxonomy), told)


def _now(before: Threshold | None, after: Threshold | None) -> SafeString:
    """Number by number where both have numbers, else as a whole."""
    if before and after and _is_scored(before) and _is_scored(after) and _same_kinds(before, after):
        was = {"review": before.review, "reject": before.reject}
        return _numbers(after, lambda number, which: _number_was(number, was[which]))
    now = threshold(after)
    bold = now if isinstance(now, SafeString) else format_html("<b>{}</b>", now)
    return format_html(gettext("{} (was {})"), bold, threshold(before, is_bold=False))


def _is_scored(found: Threshold) -> bool:
    return bool(found.review or found.reject) and found.reject != 0


def _same_kinds(before: Threshold, after: Threshold) -> bool:
    return (before.review is None, before.reject is None) == (after.review is None, after.reject is None)


def _numbers(found: Threshold, told: Callable[[int, str], SafeString]) -> SafeString:
    if found.reject is None:
        return format_html(gettext("reviewed from {}"), told(found.review or 0, "review"))
    rejected = told(found.reject, "reject")
    if found.review is None:
        return format_html(gettext("rejected from {}"), rejected)
    return format_html(gettext("reviewed from {} and rejected from {}"), told(found.review, "review"), rejected)


def _number(number: int, _which: str) -> SafeString:
    return format_html('<b class="num">{}</b>', number)


def _plain_number(number: int, _which: str) -> SafeString:
    return format_html("{}", number)


def _number_was(number: int, before: int | None) -> SafeString:
    if number == before:
        return _number(number, "")
    return format_html(gettext("{} (was {})"), _number(number, ""), before)


def _added(change: SectionChange) -> SafeString:
    found = change.after
    return format_html(gettext("New section {}, for {}."), _bold(change.section), scope(found.scope) if found else "")


def _removed(change: SectionChange) -> SafeString:
    count = len(change.before.thresholds) if change.before else 0
    told = ngettext(
        "The section {} is removed, with {} threshold.", "The section {} is removed, with {} thresholds.", count
    )
    return format_html(told, _bold(change.section), count)


def _renamed(change: SectionChange) -> SafeString:
    before = change.before.name if change.before else ""
    return format_html(gettext("The section {} is called {}."), _bold(before), _bold(change.section))


def _rescoped(change: SectionChange) -> SafeString:
    before, after = (scope(one.scope) if one else "" for one in (change.before, change.after))
    return format_html(gettext("The section {} is for {}; before, for {}."), _bold(change.section), after, before)


_SECTIONS: Mapping[str, Callable[[SectionChange], SafeString]] = {
    "added": _added,
    "removed": _removed,
    "renamed": _renamed,
    "changed": _rescoped,
}


def _rule(change: RuleChange, say: Callable[[Rule], SafeString]) -> SafeString:
    now, before = (_titled(one, say) if one else "" for one in (change.after, change.before))
    if change.what == "added":
        return format_html(gettext("New rule {}: {}"), change.position, now)
    if change.what == "removed":
        return format_html(gettext("Rule {} is removed: {}"), change.position_before, before)
    if change.what == "moved":
        return format_html(gettext("Rule {} is rule {} now: {}"), change.position_before, change.position, now)
    return format_html(gettext("Rule {} is changed: {} Before: {}"), change.position, now, before)


def _titled(rule: Rule, say: Callable[[Rule], SafeString]) -> SafeString:
    return format_html("{} {}", _bold(rule.name), say(rule)) if rule.name else say(rule)


def _bold(name: str) -> SafeString:
    return format_html("<b><bdi>{}</bdi></b>", name)
