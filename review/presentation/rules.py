"""A policy in plain sentences, in the language of the page. Typed text is escaped and marked up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation.policy import Mistake, Policy, Rule
from moderation.policy.conditions import Condition, Range
from moderation.policy.places import Place
from moderation.policy.policy import Boosts
from moderation.policy.taxonomy import BUILT_IN_TAXONOMY, SEVERITIES, Taxonomy
from moderation.scores import score
from review.presentation.label_names import label_name

_SAID = {
    "label": _("the label is under {}"),
    "probability": _("the score is {}"),
    "riskLevel": _("the machine says {}"),
    "app": _("the app is {}"),
    "event": _("the event is {}"),
    "type": _("the type asks for {}"),
    "lang": _("the language is {}"),
    "level": _("the user level is {}"),
    "subjectRisk": _("the account is flagged {}"),
    "decided": _("the user has {} pictures decided before"),
    "rejected": _("the user has {} pictures rejected before"),
    "faces": _("there are {} faces"),
    "persons": _("there are {} persons"),
    "objects": _("there are {} objects"),
    "qrCodes": _("there are {} codes"),
    "textLength": _("the text has {} characters"),
    "words": _("a word is on the list {}"),
    "confidenceLevel": _("the confidence level is {}"),
    "businessLabel": _("the business label is under {}"),
    "disposal": _("the customer's own label is under {}"),
    "subjectLabel": _("the account has the label {}"),
    "nickname": _("the nickname is {}"),
    "deviceId": _("the device is {}"),
    "room": _("the room is {}"),
    "streamId": _("the stream is {}"),
}
_CHOSEN = {
    ("finalResult", ("0",)): _("the machine's result is intermediate"),
    ("finalResult", ("1",)): _("the machine's result is final"),
    ("finalResult", ("0", "1")): _("the machine's result is final or intermediate"),
    ("resultType", ("0",)): _("a machine said it"),
    ("resultType", ("1",)): _("a person at the detection service said it"),
    ("resultType", ("0", "1")): _("a machine or a person at the detection service said it"),
}


def sentences(policy: Policy, names: Mapping[str, str], taxonomy: Taxonomy = BUILT_IN_TAXONOMY) -> list[SafeString]:
    """One sentence for each rule. `names` are those of the queues, by slug; `taxonomy` has those of the labels."""
    return [sentence(rule, names, taxonomy) for rule in policy.rules]


def sentence(rule: Rule, names: Mapping[str, str], taxonomy: Taxonomy = BUILT_IN_TAXONOMY) -> SafeString:
    said = format_html_join(gettext(", and "), "{}", ((_condition(one, taxonomy),) for one in rule.when))
    if not rule.when:
        return format_html(gettext("All results that need a person: {}."), _actions(rule, names))
    return format_html(gettext("If {}: {}."), said, _actions(rule, names))


def weights(boosts: Boosts) -> list[tuple[str, str]]:
    """What moves a task up the queue, and by how much."""
    by_severity = ((name, boosts.severity.get(name, 0)) for name in reversed(SEVERITIES))
    rated = gettext(", ").join(f"{_severity(name)} {minutes(number)}" for name, number in by_severity)
    each = gettext("%(minutes)s each, at most %(most)s")
    rejected = {"minutes": minutes(boosts.rejected_before), "most": minutes(boosts.rejected_before_at_most)}
    sure = gettext("up to %(minutes)s at score 1,000, nothing below 500")
    return [
        (gettext("Severity of the worst label"), rated),
        (gettext("The machine's confidence"), sure % {"minutes": minutes(boosts.confidence)}),
        (gettext("Pictures of the user rejected before"), each % rejected),
        (gettext("User level"), gettext("%(minutes)s each") % {"minutes": minutes(boosts.reach)}),
    ]


def minutes(number: float) -> str:
    return gettext("%(minutes)s min") % {"minutes": f"{'+' if number > 0 else ''}{_number(number)}"}


def place(where: Place, names: Mapping[str, str]) -> str:
    """Where a route leads."""
    if where.queue:
        return names.get(where.queue, where.queue)
    if where.level:
        return gettext("%(level)s by policy alone") % {"level": where.level}
    return gettext("failed") if where.outcome == "failed" else gettext("no review")


def mistake(one: Mistake) -> str:
    """What is wrong, in the language of the page."""
    return gettext(one.text) % one.values


def _condition(condition: Condition, taxonomy: Taxonomy) -> SafeString | str:
    wants = condition.wants
    if isinstance(wants, Range):
        shown = _scored(wants) if condition.key == "probability" else wants
        return format_html(str(_SAID[condition.key]), _range(shown))
    if condition.key == "label":
        return format_html(str(_SAID["label"]), _or_labels(wants, taxonomy))
    chosen = _CHOSEN.get((condition.key, tuple(sorted(wants))))
    return str(chosen) if chosen else format_html(str(_SAID[condition.key]), _or(wants))


def _actions(rule: Rule, names: Mapping[str, str]) -> SafeString | str:
    if rule.record:
        return gettext("keep it without review")
    queue = names.get(rule.queue, rule.queue) if rule.queue else gettext("the default queue")
    sent = format_html(gettext("to {}"), format_html("<b><bdi>{}</bdi></b>", queue))
    if not rule.boost:
        return sent
    moved = gettext("{}, moved up {} min") if rule.boost > 0 else gettext("{}, moved down {} min")
    return format_html(moved, sent, _number(abs(rule.boost)))


def _or(texts: Sequence[str]) -> SafeString:
    return format_html_join(gettext(" or "), "<b><bdi>{}</bdi></b>", ((text,) for text in texts))


def _or_labels(paths: Sequence[str], taxonomy: Taxonomy) -> SafeString:
    """Their names, each with the identifiers used in the rule."""
    named = ((path, label_name(path, taxonomy)) for path in paths)
    return format_html_join(gettext(" or "), '<b title="{}"><bdi>{}</bdi></b>', named)


def _range(wants: Range) -> SafeString:
    least, most = (format_html("<b>{}</b>", _number(end or 0)) for end in (wants.at_least, wants.at_most))
    if wants.at_least == wants.at_most:
        return format_html(gettext("exactly {}"), least)
    if wants.at_most is None:
        return format_html(gettext("at least {}"), least)
    if wants.at_least is None:
        return format_html(gettext("at most {}"), most)
    return format_html(gettext("{} to {}"), least, most)


def _scored(wants: Range) -> Range:
    return Range(score(wants.at_least), score(wants.at_most))


def _number(number: float) -> str:
    return number_format(int(number) if number == int(number) else number)


def _severity(name: str) -> str:
    words = {"critical": _("critical"), "high": _("high"), "moderate": _("moderate"), "low": _("low")}
    return str(words.get(name, name))
