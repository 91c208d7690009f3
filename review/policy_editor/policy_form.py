"""All rules and weights of a policy in one form; the state is in the page only, until it is saved.

A closed rule is shown as a sentence, its fields sent as hidden inputs; an open one shows its fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from moderation import labels
from moderation.policy import Mistake, Policy, PolicyRefused, Section, read
from moderation.policy.parse import MAX_RULES
from moderation.policy.serialize import write_sections
from moderation.policy.taxonomy import Taxonomy
from review.models import Queue
from review.policy_editor import rule_flags
from review.policy_editor.rule_forms import RANGES, SCORED, BoostsForm, RuleForm, boosts_fields, rule_fields
from review.presentation.rules import mistake, sentence

_ACT = re.compile(r"(open|close|up|down|remove)-(\d{1,3})")
_RULE = re.compile(r"/rules/(\d+)(?:/when)?(?:/(\w+))?(?:/(at\w+|\d+))?")
_BOOST = re.compile(r"/boosts/(?:severity/)?(\w+)")

Typed = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the page, by its place from 0. An open one has no `sentence`."""

    index: int
    form: RuleForm
    sentence: str = ""
    flags: Sequence[str] = ()

    @property
    def number(self) -> int:
        return self.index + 1


class PolicyForm:
    """`opened` are the rules shown with their fields; `besides` are mistakes that belong to no field. The policy's
    `sections` are not edited here, and stay.
    """

    def __init__(
        self,
        rules: Sequence[Typed],
        boosts: Typed,
        opened: Iterable[int],
        queues: Sequence[Queue],
        sections: Sequence[Section] = (),
    ) -> None:
        self.queues, self.opened, self.besides, self.sections = queues, set(opened), list[str](), sections
        self.rules = [_bound(index, typed, queues) for index, typed in enumerate(rules)]
        self.boosts = BoostsForm({f"boosts-{name}": value for name, value in boosts.items()}, prefix="boosts")

    @classmethod
    def of(cls, policy: Policy, queues: Sequence[Queue]) -> Self:
        return cls(
            [rule_fields(rule) for rule in policy.rules], boosts_fields(policy.boosts), (), queues, policy.sections
        )

    @classmethod
    def sent(cls, data: QueryDict, queues: Sequence[Queue], sections: Sequence[Section] = ()) -> Self:
        """The form as sent. A count of rules that is no number counts as 0."""
        count = min(_whole(data.get("rules", "")), MAX_RULES)
        rules = [RuleForm(data, prefix=f"rule-{index}", queues=queues).typed() for index in range(count)]
        opened = {_whole(text) for text in data.getlist("open")}
        return cls(rules, _typed(BoostsForm(data, prefix="boosts")), opened, queues, sections)

    @staticmethod
    def is_whole(data: QueryDict) -> bool:
        """Whether the whole form arrived, to its last field: a rule that is missing would be deleted."""
        count = data.get("rules", "")
        return count.isascii() and count.isdigit() and len(count) < 5 and data.get("end") == "yes"

    def after(self, act: str) -> Self:
        """The same text with a rule opened, closed, added, moved or removed; an impossible act changes nothing."""
        rules = [(rule.typed(), index in self.opened) for index, rule in enumerate(self.rules)]
        if act == "add" and len(rules) < MAX_RULES:
            rules.append(({}, True))
        elif (found := _ACT.fullmatch(act)) and int(found[2]) < len(rules):
            _ACTS[found[1]](rules, int(found[2]))
        opened = (index for index, (_, is_open) in enumerate(rules) if is_open)
        return type(self)([typed for typed, _ in rules], _typed(self.boosts), opened, self.queues, self.sections)

    def with_text_of(self, other: Self) -> Self:
        """These rules, each that the other form has too with its text as it was typed there, and open where it was."""
        typed = [(one.body(), one.typed(), index in other.opened) for index, one in enumerate(other.rules)]
        rules = [
            next(((text, is_open) for body, text, is_open in typed if body == one.body()), (one.typed(), False))
            for one in self.rules
            if one.is_valid()
        ]
        opened = (index for index, (_, is_open) in enumerate(rules) if is_open)
        return type(self)([text for text, _ in rules], _typed(self.boosts), opened, self.queues, self.sections)

    def is_valid(self) -> bool:
        """Whether every choice is one that was offered; typed text is checked when the body is read."""
        valid = [form.is_valid() for form in (*self.rules, self.boosts)]  # a list, so that every form is checked
        return all(valid)

    def body(self) -> dict[str, Any]:
        sections = {"sections": write_sections(self.sections)} if self.sections else {}
        return {"rules": [rule.body() for rule in self.rules], **sections, "boosts": self.boosts.body()}

    def new_labels(self) -> set[int]:
        """The rules, from 0, that say that their labels are new."""
        return {index for index, rule in enumerate(self.rules) if rule.cleaned_data.get("new_label")}

    def point_out(self, mistakes: Iterable[Mistake]) -> None:
        """Put each mistake beside the field that it is about."""
        for one in mistakes:
            form, field = self._field(one.pointer)
            if form is None:
                self.besides.append(f"{one.pointer or '/'}: {_said(one)}")
            else:
                form.add_error(field, _said(one))

    def rows(self) -> list[RuleRow]:
        """A rule that cannot be read is open."""
        names = {queue.slug: str(queue) for queue in self.queues}
        taxonomy = labels.in_force()
        said = (
            _sentence(form, names, taxonomy) if index not in self.opened else ""
            for index, form in enumerate(self.rules)
        )
        rows = zip(self.rules, said, self._flags(), strict=True)
        return [RuleRow(index, form, sentence, flags) for index, (form, sentence, flags) in enumerate(rows)]

    def _flags(self) -> Sequence[Sequence[str]]:
        """What is odd about each rule; nothing while the policy cannot be read."""
        try:
            return rule_flags.flags(read(0, self.body())) if self.is_valid() else [()] * len(self.rules)
        except PolicyRefused:
            return [()] * len(self.rules)

    def problems(self) -> str:
        """Which rules have a mistake, in words; "" when none has."""
        wrong = [str(index) for index, form in enumerate(self.rules, start=1) if form.errors]
        return gettext("Look at rule %(numbers)s.") % {"numbers": ", ".join(wrong)} if wrong else ""

    def _field(self, pointer: str) -> tuple[forms.Form | None, str | None]:
        if (found := _RULE.match(pointer)) and int(found[1]) < len(self.rules):
            form, key, end = self.rules[int(found[1])], found[2] or "", found[3]
            if key in RANGES:
                key = f"{key}_most" if end == "atMost" else f"{key}_least"
            return form, key if key in form.fields else None
        if (boost := _BOOST.match(pointer)) and boost[1] in self.boosts.fields:
            return self.boosts, boost[1]
        return None, None


def _said(one: Mistake) -> str:
    """A body has probabilities from 0 to 1 where the form has scores."""
    if f"/{SCORED}" in one.pointer:
        return gettext("Give scores from 0 to 1000, the first not above the second.")
    return mistake(one)


def _bound(index: int, typed: Typed, queues: Sequence[Queue]) -> RuleForm:
    prefix = f"rule-{index}"
    return RuleForm({f"{prefix}-{name}": value for name, value in typed.items()}, prefix=prefix, queues=queues)


def _typed(form: forms.Form) -> Typed:
    return {name: form[name].value() for name in form.fields}


def _sentence(form: RuleForm, names: Mapping[str, str], taxonomy: Taxonomy) -> str:
    """The rule as a sentence; "" when it cannot be read."""
    if not form.is_valid():
        return ""
    try:
        return sentence(read(0, {"rules": [form.body()]}).rules[0], names, taxonomy)
    except PolicyRefused:
        return ""


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


Rows = list[tuple[Typed, bool]]


def _set_open(rules: Rows, index: int, is_open: bool) -> None:
    rules[index] = rules[index][0], is_open


_ACTS: Mapping[str, Callable[[Rows, int], object]] = {
    "open": lambda rules, index: _set_open(rules, index, True),
    "close": lambda rules, index: _set_open(rules, index, False),
    "up": lambda rules, index: rules.insert(max(index - 1, 0), rules.pop(index)),
    "down": lambda rules, index: rules.insert(index + 1, rules.pop(index)),
    "remove": lambda rules, index: rules.pop(index),
}
