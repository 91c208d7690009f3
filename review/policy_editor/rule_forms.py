"""The form of a policy: typed text becomes a body, and mistakes in the body are shown beside its fields.

Nothing is checked here: a text that is no number goes into the body as it is, and reading the body reports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation.contract.values import RiskLevel
from moderation.policy import Rule
from moderation.policy.condition_bodies import LANGUAGES
from moderation.policy.conditions import Range
from moderation.policy.policy import Boosts
from moderation.policy.taxonomy import SEVERITIES
from review.models import Queue

RECORD = ":record"  # not a possible slug of a queue
LISTS = (
    *("label", "app", "event", "type", "subjectRisk", "words"),
    *("businessLabel", "disposal", "subjectLabel", "nickname", "deviceId", "room", "streamId"),
)
CHECKED = ("riskLevel", "lang")
CHOSEN = ("finalResult", "resultType")
RANGES = {
    "probability": _("Score, 0 to 1000"),
    "confidenceLevel": _("Confidence level, 0 to 2"),
    "level": _("User level, 0 to 4"),
    "decided": _("Pictures of the user decided before"),
    "rejected": _("Pictures of the user rejected before"),
    "faces": _("Faces"),
    "persons": _("Persons"),
    "objects": _("Objects"),
    "qrCodes": _("Codes"),
    "textLength": _("Characters of text"),
}
SCORED = "probability"  # typed and shown as a score from 0 to 1000
WEIGHTS = ("confidence", "rejected_before", "rejected_before_at_most", "reach")
_BETWEEN = re.compile(r"[,，、;\n]")


class RuleForm(forms.Form):
    """One rule. A condition left empty does not apply."""

    use_required_attribute = False
    name = forms.CharField(label=_("Name"), required=False)
    label = forms.CharField(
        label=_("Label"), required=False, help_text=_("porn, minor/*, */female_nudity. Any of them is enough.")
    )
    new_label = forms.BooleanField(
        label=_("New label"), required=False, help_text=_("The catalogue does not have it yet, and it is no mistake.")
    )
    riskLevel = forms.MultipleChoiceField(
        label=_("The machine says"),
        required=False,
        choices=[(level.value, level.value) for level in RiskLevel],
        widget=forms.CheckboxSelectMultiple,
    )
    finalResult = forms.ChoiceField(
        label=_("Which results"),
        required=False,
        choices=[
            ("", _("those that wait for a person")),
            ("0", _("only intermediate ones")),
            ("1", _("only final results, which are not reviewed otherwise")),
            ("01", _("all results, including final ones, which are not reviewed otherwise")),
        ],
    )
    resultType = forms.ChoiceField(
        label=_("Who said it"),
        required=False,
        choices=[
            ("", _("a machine")),
            ("1", _("a person at the detection service (can only be kept)")),
            ("01", _("either (can only be kept)")),
        ],
    )
    app = forms.CharField(label=_("App"), required=False, help_text="web, ios")
    event = forms.CharField(label=_("Event"), required=False, help_text="profile, chat")
    type = forms.CharField(label=_("Type"), required=False, help_text=_("POLITY, EROTIC: parts of a type"))
    lang = forms.MultipleChoiceField(
        label=_("Language"),
        required=False,
        choices=[(one, one) for one in LANGUAGES],
        widget=forms.CheckboxSelectMultiple,
    )
    subjectRisk = forms.CharField(
        label=_("Account flag"), required=False, help_text=_("machine_account_risk, */b_sexy_risk_tokenid")
    )
    words = forms.CharField(label=_("Word list"), required=False, help_text=_("A list of ours or of the machine."))
    businessLabel = forms.CharField(label=_("Business label"), required=False, help_text="face/*, */vehicle")
    disposal = forms.CharField(
        label=_("Customer's own label"), required=False, help_text=_("As disposal names the verdict.")
    )
    subjectLabel = forms.CharField(
        label=_("Label of the account"), required=False, help_text=_("Of its profile or its history.")
    )
    nickname = forms.CharField(label=_("Nickname"), required=False)
    deviceId = forms.CharField(label=_("Device"), required=False, help_text="deviceId")
    room = forms.CharField(label=_("Room"), required=False)
    streamId = forms.CharField(label=_("Stream"), required=False, help_text="streamId")
    queue = forms.ChoiceField(label=_("Send to"), required=False)
    boost = forms.CharField(label=_("Move up, minutes"), required=False, help_text=_("Below zero moves down."))

    def __init__(self, *args: Any, queues: Sequence[Queue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in RANGES:
            for end in ("least", "most"):
                self.fields[f"{key}_{end}"] = forms.CharField(required=False)
        named = [(queue.slug, str(queue)) for queue in queues]
        choices = [("", _("the default queue")), *named, (RECORD, _("nobody: record it without review"))]
        self.fields["queue"].choices = choices + self._missing(choices)  # type: ignore[attr-defined] # a choice field

    def _missing(self, choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """A deleted queue stays chosen, so that saving reports it instead of silently routing elsewhere."""
        slug = self["queue"].value() or ""
        return [] if slug in dict(choices) else [(slug, slug)]

    @property
    def checked(self) -> list[forms.BoundField]:
        return [self[key] for key in CHECKED]

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[key] for key in LISTS if key != "label"]

    @property
    def ranges(self) -> list[dict[str, Any]]:
        ends = ((key, label, self[f"{key}_least"], self[f"{key}_most"]) for key, label in RANGES.items())
        return [{"key": key, "label": label, "least": least, "most": most} for key, label, least, most in ends]

    def typed(self) -> dict[str, Any]:
        """The raw text of the fields that are not empty."""
        return {name: value for name in self.fields if (value := self[name].value()) not in ("", [], None, False)}

    def hidden(self) -> list[tuple[str, str]]:
        """The same as names and values of hidden inputs."""
        typed = ((self.add_prefix(name), value) for name, value in self.typed().items())
        return [(name, one) for name, value in typed for one in (value if isinstance(value, list) else [value])]

    def body(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if value not in ("", [])}
        when: dict[str, Any] = {key: _listed(given[key]) for key in LISTS if _listed(given.get(key, ""))}
        when |= {key: given[key] for key in CHECKED if key in given}
        when |= {key: [int(digit) for digit in given[key]] for key in CHOSEN if key in given}
        when |= {key: ends for key in RANGES if (ends := _ends(given, key))}
        name = {"name": given["name"]} if "name" in given else {}
        return name | ({"when": when} if when else {}) | _actions(given)


class BoostsForm(forms.Form):
    """The weights; each a number of minutes."""

    use_required_attribute = False
    critical = forms.CharField(label=_("Critical label"), required=False)
    high = forms.CharField(label=_("High"), required=False)
    moderate = forms.CharField(label=_("Moderate"), required=False)
    low = forms.CharField(label=_("Low"), required=False)
    confidence = forms.CharField(label=_("Confidence, at score 1000"), required=False)
    rejected_before = forms.CharField(label=_("Each picture rejected before"), required=False)
    rejected_before_at_most = forms.CharField(label=_("… at most"), required=False)
    reach = forms.CharField(label=_("Each user level"), required=False)

    def body(self) -> dict[str, Any]:
        given = {name: _number(value or "0") for name, value in self.cleaned_data.items()}
        severity = {name: given[name] for name in reversed(SEVERITIES)}
        return {"severity": severity} | {name: given[name] for name in WEIGHTS}


def rule_fields(rule: Rule) -> dict[str, Any]:
    """A rule as the values of its form."""
    fields: dict[str, Any] = {"name": rule.name, "queue": RECORD if rule.record else rule.queue}
    fields["boost"] = _text(rule.boost) if rule.boost else ""
    for condition in rule.when:
        key, wants = condition.key, condition.wants
        if isinstance(wants, Range):
            fields |= {f"{key}_least": _end(key, wants.at_least), f"{key}_most": _end(key, wants.at_most)}
        elif key in CHOSEN:
            fields[key] = "".join(sorted(wants))
            if (key, fields[key]) == ("resultType", "0"):
                fields[key] = ""  # the same as leaving it out
        else:
            fields[key] = list(wants) if key in CHECKED else ", ".join(wants)
    return fields


def boosts_fields(boosts: Boosts) -> dict[str, str]:
    weights: dict[str, float] = {name: boosts.severity.get(name, 0.0) for name in SEVERITIES}
    weights |= {name: getattr(boosts, name) for name in WEIGHTS}
    return {name: _text(number) for name, number in weights.items()}


def _listed(text: str) -> list[str]:
    return [part for part in (part.strip() for part in _BETWEEN.split(text)) if part]


def _ends(given: Mapping[str, Any], key: str) -> dict[str, Any]:
    ends = {"atLeast": given.get(f"{key}_least"), "atMost": given.get(f"{key}_most")}
    return {name: _unscored(key, _number(text)) for name, text in ends.items() if text is not None}


def _end(key: str, number: float | None) -> str:
    return _text(number * 1000 if key == SCORED and number is not None else number)


def _unscored(key: str, number: float | str) -> float | str:
    return number / 1000 if key == SCORED and not isinstance(number, str) else number


def _actions(given: Mapping[str, Any]) -> dict[str, Any]:
    boost = {"boost": _number(given["boost"])} if "boost" in given else {}
    if given.get("queue") == RECORD:
        return {"record": True} | boost
    queue = {"queue": given["queue"]} if "queue" in given else {}
    return queue | (boost or ({} if queue else {"boost": 0}))


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _text(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"
