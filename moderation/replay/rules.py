"""A policy's rules as SQL, on rows `x` with the columns of ResultFacts and what was found of their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.policy import Policy, Rule
from moderation.policy.conditions import ANYTHING, Condition, Conditions, Range
from moderation.replay.parameters import Parameters
from moderation.replay.vocabulary import MASK_BITS

NUMBERS = {
    "level": "level",
    "decided": "decided",
    "rejected": "rejected",
    "faces": "faces",
    "persons": "persons",
    "objects": "objects_found",
    "qrCodes": "qr_codes",
    "textLength": "text_length",
}
_TEXTS = {"event": "event", "lang": "lang", "riskLevel": "risk_level", "nickname": "nickname"}
_TEXTS |= {"deviceId": "device_id", "room": "room"}
_FLAGS = {"finalResult": "final_result", "resultType": "result_type"}
_LISTS = {"words": "x.lists", "streamId": "x.stream_ids", "type": "string_to_array(x.type, '_')"}
_PATHS = {"subjectRisk": "x.subject_risks", "businessLabel": "x.business_labels", "subjectLabel": "x.subject_labels"}
_PATHS |= {"disposal": "ARRAY[x.disposal]"}
OF_LABELS = {"probability": "probability", "confidenceLevel": "confidence_level"}

Numbers = dict[tuple[str, int], str]
"""The highest number of a kind among the labels that a pattern (by its place; -1: every label) fits: its column."""


class Rules:
    """`numbers` are the columns that the rules need, see `label_numbers`."""

    def __init__(self, patterns: Sequence[tuple[str, ...]], apps: Mapping[int, str], parameters: Parameters) -> None:
        self.numbers: Numbers = {}
        self._patterns, self._apps, self._parameters = patterns, apps, parameters

    def first_match(self, policy: Policy, side: str) -> str:
        """The position from 1 of the first rule that matches, 0 for none; see `policy.route`."""
        whens = [
            f"WHEN {' AND '.join(self._matches(rule, side))} THEN {position}"
            for position, rule in enumerate(policy.rules, start=1)
        ]
        return f"CASE WHEN x.code <> 1100 THEN 0 {' '.join(whens)} ELSE 0 END" if whens else "0"

    def _matches(self, rule: Rule, side: str) -> list[str]:
        parts = [] if rule.record and rule.asks("resultType") else ["x.result_type <> 1"]
        if not rule.asks("finalResult"):
            parts.append(f"x.{side}_waits")
        parts += [self._holds(condition, rule.when) for condition in rule.when]
        if rule.record:
            parts.append(f"NOT x.{side}_critical")
        return parts or ["TRUE"]

    def _holds(self, condition: Condition, when: Conditions) -> str:
        key, wants = condition.key, condition.wants
        if isinstance(wants, Range):
            return self._within(self._number(key, when), wants)
        if key == "label":
            place = self._patterns.index(wants)
            return f"(x.marks{place // MASK_BITS} & {1 << place % MASK_BITS}) <> 0"
        return self._one_of(key, list(wants))

    def _number(self, key: str, when: Conditions) -> str:
        if key in NUMBERS:
            return f"x.{NUMBERS[key]}"
        wanted = next((one.wants for one in when if one.key == "label"), None)
        place = self._patterns.index(wanted) if isinstance(wanted, tuple) else -1
        return f"x.{self.numbers.setdefault((key, place), f'number{len(self.numbers)}')}"

    def _within(self, column: str, wants: Range) -> str:
        ends = {">=": wants.at_least, "<=": wants.at_most}
        told = [f"{column} {sign} {self._add(end, 'float8')}" for sign, end in ends.items() if end is not None]
        return " AND ".join([f"{column} IS NOT NULL", *told])

    def _one_of(self, key: str, wants: list[str]) -> str:
        if key == "app":
            return f"x.app_id = ANY({self._add([pk for pk, name in self._apps.items() if name in wants], 'bigint[]')})"
        if key in _FLAGS:
            return f"x.{_FLAGS[key]} = ANY({self._add(list(map(int, wants)), 'smallint[]')})"
        if key in _LISTS:
            return f"coalesce({_LISTS[key]} && {self._add(wants, 'text[]')}, FALSE)"
        if key in _PATHS:
            fits = f"one.path ~ {self._add(_expression(wants), 'text')}"
            return f"EXISTS (SELECT FROM unnest({_PATHS[key]}) AS one (path) WHERE {fits})"
        return f"x.{_TEXTS[key]} = ANY({self._add(wants, 'text[]')})"

    def _add(self, value: object, kind: str) -> str:
        return self._parameters.add(value, kind)


def label_numbers(numbers: Numbers) -> str:
    """The columns of `numbers`, over the labels `s`."""
    return "".join(
        f", max(s.{OF_LABELS[key]}) FILTER (WHERE s.risk_level <> 'PASS' AND {_fits(place)}) AS {name}"
        for (key, place), name in numbers.items()
    )


def _fits(place: int) -> str:
    return "s.is_named" if place < 0 else f"(s.marks{place // MASK_BITS} & {1 << place % MASK_BITS}) <> 0"


def _expression(patterns: Sequence[str]) -> str:
    """A regular expression for paths as `policy.stored_facts` tells them that one of the patterns fits."""
    return f"^(?:{'|'.join(map(_pattern, patterns))})(?:/|$)"


def _pattern(pattern: str) -> str:
    """A slash between two names may also be one that a level itself contains."""
    first, *others = pattern.split("/")
    told, before = _level(first), first
    for level in others:
        told += ("/" if ANYTHING in (before, level) else "(?:/|~1)") + _level(level)
        before = level
    return told


def _level(level: str) -> str:
    if level == ANYTHING:
        return "[^/]*"
    return "".join(f"\\{one}" if one.isascii() and not one.isalnum() else one for one in level.replace("~", "~0"))
