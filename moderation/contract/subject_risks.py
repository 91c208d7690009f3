"""Account risk: the flags of `tokenLabels` that are set, each with when it was last seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from moderation.contract.fields import NOTHING, Fields, as_number
from moderation.contract.oddities import shown
from moderation.contract.values import SubjectRisk

_KNOWN_GROUPS = ("UGC_account_risk", "machine_account_risk", "scene_account_risk")
_LAST_SEEN = "_last_ts"
MOST_RISKS = 100
_LOOKED_AT = 1_000  # groups, and flags of a group
_MAX_13_DIGITS = 10**13 - 1


def read_subject_risks(result: Fields) -> tuple[SubjectRisk, ...]:
    """Flags equal to 1. In an unknown group a flag is read when its `…_last_ts` stands beside it."""
    token_labels = result.child("tokenLabels")
    groups = [token_labels.child(name) for name in _KNOWN_GROUPS]
    risks = [risk for name, group in zip(_KNOWN_GROUPS, groups, strict=True) for risk in _flags_set(name, group)]
    for name, value in islice(token_labels.values.items(), _LOOKED_AT):
        if name not in _KNOWN_GROUPS and isinstance(value, dict):
            risks += _flags_set(name, token_labels.inside(name, _with_a_time(value)))
    return tuple(risks[:MOST_RISKS])


def _with_a_time(group: dict[str, Any]) -> dict[str, Any]:
    """The flags of an unknown group, with their times: what has none may be something else than a flag."""
    flags = [name for name in group if name + _LAST_SEEN in group]
    return {key: group[key] for name in flags for key in (name, name + _LAST_SEEN)}


def _flags_set(group: str, fields: Fields) -> Iterator[SubjectRisk]:
    for name, value in islice(fields.values.items(), _LOOKED_AT):
        if name.endswith(_LAST_SEEN):
            continue
        number = as_number(value)
        if number not in (0, 1) and value not in NOTHING:
            fields.note(f"tokenLabels: {shown(name)} is neither 0 nor 1; it is not counted")
        elif number == 1:
            yield SubjectRisk(group, name, _last_seen_ms(fields, name + _LAST_SEEN))


def _last_seen_ms(fields: Fields, name: str) -> int | None:
    """13-digit milliseconds; None for 0, invalid values and times out of range."""
    value = fields.values.get(name)
    number = as_number(value)
    if number is not None and 0 < number <= _MAX_13_DIGITS:
        return int(number)
    if value not in (0, *NOTHING):
        fields.note(f"tokenLabels: {shown(name)} is not a time in milliseconds")
    return None
