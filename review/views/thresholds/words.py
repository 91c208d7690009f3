"""What stands on the page in words and in positions, from values that others have counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from moderation.policy import Scope, Threshold
from moderation.policy.edit import WAYS
from moderation.policy.sections import FLAGS, Section
from review.policy_editor.thresholds.label_here import LabelHere
from review.policy_editor.thresholds.place import SHOWN
from review.presentation.scopes import level_title
from review.statistics.label_scores.effect import PASS, REJECT, REVIEW, Contradicted
from review.views.thresholds.scores import Scores

_WAYS = {
    "score": _("By score"),
    "allow": _("Allow"),
    "review": pgettext_lazy("a label", "Review"),
    "block": _("Block"),
    "inherit": _("Inherit"),
}
_FILTERS = {
    "seen": pgettext_lazy("labels", "seen"),
    "all": pgettext_lazy("labels", "all"),
    "own": pgettext_lazy("labels", "own"),
    "unnamed": pgettext_lazy("labels", "unnamed"),
}
_DIMS = {"app": _("app"), "event": _("event"), "type": _("type"), "lang": _("language"), "level": _("level")}
_NUMBERS = (
    ("review", "◐", "warn", _("review from")),
    ("reject", "●", "bad", _("reject from")),
)
_FLAGS = {
    "afterReject": (_("After REJECT"), {"final": _("final at once"), "confirm": _("a person confirms")}),
    "otherwise": (
        _("Without a threshold"),
        {"machine": _("the machine's level"), "PASS": _("pass"), "REVIEW": _("review")},
    ),
    "intermediate": (
        _("Intermediate results"),
        {"person": _("a person judges"), "decide": _("the scores decide")},
    ),
}
_ATTRIBUTES = {"afterReject": "after_reject", "otherwise": "otherwise", "intermediate": "intermediate"}
LOOKS = (("PASS", "p"), ("REVIEW", "w"), ("REJECT", "r"), ("leaves", "leaves"), ("joins", "joins"))
_ZONES = ((PASS, "○", ""), (REVIEW, "◐", "warn"), (REJECT, "●", "bad"))
_MIDDLE_ZONE = (24.0, 62.0)  # where the words of REVIEW can stand beside those of the others, in percent


@dataclass(frozen=True, slots=True)
class ConflictWords:
    """`mine` and `theirs` are sentences; `again` the fields that save mine over theirs."""

    title: str
    theirs: Sequence[str]
    mine: Sequence[str]
    again: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Needs:
    """The number that is typed to publish, and why."""

    number: int
    reasons: Sequence[str]
    is_wrong: bool = False


def filter_names() -> dict[str, str]:
    return {key: str(_FILTERS[key]) for key in SHOWN}


def dims(scope: Scope) -> list[dict[str, str]]:
    values = {"app": scope.app, "event": scope.event, "type": scope.type, "lang": scope.lang}
    values["level"] = level_title(scope.level)
    return [{"name": str(name), "value": values[key]} for key, name in _DIMS.items()]


def ways(here: LabelHere) -> list[dict[str, Any]]:
    return [{"way": way, "name": _WAYS[way], "is_on": here.way == way} for way in WAYS]


def numbers(here: LabelHere, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """The two fields, with what was typed where it was refused."""
    counts = here.counts or Threshold()
    known = {"review": counts.review, "reject": counts.reject}
    return [
        {
            "which": which,
            "mark": mark,
            "tone": tone,
            "name": name,
            "value": typed.get(which, _plain(known[which])),
            "errors": which in typed,
        }
        for which, mark, tone, name in _NUMBERS
    ]


def slider(here: LabelHere, found: Scores) -> dict[str, Any]:
    counts, before = here.counts or Threshold(), here.before
    return {
        "review": _plain(counts.review),
        "reject": _plain(counts.reject),
        "was_review": _plain(before.review) if before else "none",
        "was_reject": _plain(before.reject) if before else "none",
        "areas": {**found.areas, **found.changes},
        "ticks": range(0, 101, 10),
        "zones": _zones(found) if here.counts else [],
        "past": _past(counts, before) if before and here.counts else [],
        "handles": _handles(counts),
    }


def figures(found: Scores) -> list[dict[str, Any]]:
    if found.effect is None:
        return []
    return [
        _figure(_("REVIEW a day"), found, REVIEW, _staff(found.minutes)),
        _figure(_("REJECT a day"), found, REJECT, _more(found.effect.more(REJECT))),
    ]


def span(found: Scores) -> str:
    """Of how long the scores are that were read."""
    days = found.sample.days
    if days >= 2:
        return ngettext("last {n} day", "last {n} days", round(days)).format(n=round(days))
    hours = max(1, round(days * 24))
    return ngettext("last {n} hour", "last {n} hours", hours).format(n=hours)


def contradicted(found: Scores) -> list[dict[str, Any]]:
    if found.effect is None:
        return []
    told = (
        (_("Rejected, people passed"), found.effect.rejected_passed),
        (_("Passed, people rejected"), found.effect.passed_rejected),
    )
    return [{"name": name, "rate": one.rate, "note": _rate(one)} for name, one in told]


def after_reject(here: LabelHere, found: Scores) -> dict[str, Any]:
    return _flag("afterReject", here.flags, _confirming(here, found))


def scope_flags(section: Section) -> list[dict[str, Any]]:
    """What a scope says about labels without a threshold and about intermediate results."""
    return [_flag(key, section) for key in ("otherwise", "intermediate")]


def _flag(key: str, section: Section, note: str = "") -> dict[str, Any]:
    name, choices = _FLAGS[key]
    now = getattr(section, _ATTRIBUTES[key])
    known = [{"value": one, "name": choices[one], "is_on": one == now} for one in FLAGS[key]]  # type: ignore[index]
    return {"key": key, "name": name, "choices": known, "note": note}


def _confirming(here: LabelHere, found: Scores) -> str:
    if found.effect is None or here.flags.after_reject != "confirm":
        return ""
    return gettext("%(number)s a day to confirm") % {"number": a_day(found.effect.after[REJECT])}


def _zones(found: Scores) -> list[dict[str, Any]]:
    low, high = _MIDDLE_ZONE
    places = {PASS: 1.8, REVIEW: min(max(float(found.areas[REVIEW].x) + 2, low), high), REJECT: 98.2}
    return [
        {
            "name": name,
            "mark": mark,
            "tone": f"{tone} end" if name == REJECT else tone,
            "x": f"{places[name]:.1f}",
            "is_end": name == REJECT,
            "a_day": gettext("%(number)s a day") % {"number": a_day(found.effect.after[name])} if found.effect else "",
        }
        for name, mark, tone in _ZONES
    ]


def _past(counts: Threshold, before: Threshold) -> list[dict[str, Any]]:
    """Where the numbers in force stand, as far as they are other ones."""
    pairs = ((before.review, counts.review, 66), (before.reject, counts.reject, 84))
    return [
        {
            "x": _percent(was),
            "at_end": was > 930 or (was >= 100 and was < (1001 if now is None else now)),
            "y": y,
            "said": gettext("was %(number)s") % {"number": was},
        }
        for was, now, y in pairs
        if was is not None and was != now
    ]


def _handles(counts: Threshold) -> list[dict[str, Any]]:
    known = {"review": (counts.review, 152), "reject": (counts.reject, 108)}
    return [
        {
            "which": which,
            "name": name,
            "x": "100.0" if number is None else _percent(number),
            "y": y,
            "now": "1000" if number is None else str(number),
            "said": gettext("never") if number is None else str(number),
        }
        for which, _mark, _tone, name in _NUMBERS
        for number, y in [known[which]]
    ]


def _figure(name: Any, found: Scores, outcome: str, note: str) -> dict[str, Any]:
    done = found.effect
    if done is None:
        return {}
    is_changed = done.before is not None and a_day(done.before[outcome]) != a_day(done.after[outcome])
    before = a_day(done.before[outcome]) if done.before and is_changed else None
    return {"name": name, "before": before, "after": a_day(done.after[outcome]), "note": note if is_changed else ""}


def _staff(minutes: float | None) -> str:
    if minutes is None:
        return gettext("staff time not known")
    whole = round(abs(minutes))
    if minutes > 0:
        return ngettext("%(n)s staff minute more", "%(n)s staff minutes more", whole) % {"n": number_format(whole)}
    return ngettext("%(n)s staff minute less", "%(n)s staff minutes less", whole) % {"n": number_format(whole)}


def _more(difference: float) -> str:
    if difference > 0:
        return gettext("%(n)s more") % {"n": a_day(difference)}
    return gettext("%(n)s less") % {"n": a_day(-difference)}


def _rate(one: Contradicted) -> str:
    told: dict[str, object] = {"low": one.span.low, "high": one.span.high}
    if one.span.is_empty:
        return gettext("no score counts so")
    if not one.rate.n:
        return gettext("nobody decided any in %(low)s–%(high)s") % told
    if one.rate.is_few:
        return gettext("in %(low)s–%(high)s: too few to tell a rate") % told
    told |= {"percent": f"{one.rate.percent:.0f}", "from": _percentage(one.rate.low), "to": _percentage(one.rate.high)}
    return gettext("%(percent)s %% in %(low)s–%(high)s (%(from)s–%(to)s %%)") % told


def a_day(number: float) -> str:
    """Whole from ten a day on."""
    return number_format(round(number) if number >= 10 or number == int(number) else round(number, 1))


def _percentage(share: float) -> str:
    """Whole from ten on."""
    return f"{share:.0f}" if share >= 10 else f"{share:.1f}"


def _percent(number: int) -> str:
    return f"{number / 10:.1f}"


def _plain(number: int | None) -> str:
    return "" if number is None else str(number)
