"""Account risk: the flags of `tokenLabels` that are set, each with when it was last seen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from moderation.contract.fields import Fields, as_number
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
            risks += [risk for risk in _flags_set(name, Fields(value)) if risk.name + _LAST_SEEN in value]
    return tuple(risks[:MOST_RISKS])


def _flags_set(group: str, fields: Fields) -> Iterator[SubjectRisk]:
    for name, value in islice(fields.values.items(), _LOOKED_AT):
        if not name.endswith(_LAST_SEEN) and as_number(value) == 1:
            yield SubjectRisk(group, name, _last_seen_ms(fields.values.get(name + _LAST_SEEN)))


def _last_seen_ms(value: object) -> int | None:
    """13-digit milliseconds; None for 0, invalid values and times out of range."""
    number = as_number(value)
    return int(number) if number is not None and 0 < number <= _MAX_13_DIGITS else None
