"""Count what rules would erase now, without erasing anything: all of it, or as much as a time allows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from moderation.erasure.kinds import Kind
from moderation.models import LegalHold
from review.retention import candidates
from review.retention.clocks import Rule, shortest
from review.retention.runs import BEGINNING

LOOKED_AT = 5000
FOR_SECONDS = 3.0


@dataclass(slots=True)
class DryRun:
    """What would be erased of how many `cases`. `looked` is how many were looked at, oldest first; not `is_whole`:
    there are more, and at least so much would be erased. `held` are under legal hold and stay.
    """

    erased: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    cases: int = 0
    looked: int = 0
    held: int = 0
    is_whole: bool = True

    @property
    def pictures(self) -> int:
        return self.erased[Kind.PICTURES]

    @property
    def bodies(self) -> int:
        return self.erased[Kind.BODIES]

    @property
    def records(self) -> int:
        return self.erased[Kind.RECORDS]


def count(rules: Sequence[Rule], *, for_seconds: float | None = FOR_SECONDS) -> DryRun:
    """By these rules, which need not be in force. None: however long it takes."""
    counted = DryRun(held=LegalHold.objects.filter(lifted_at=None).count())
    days = shortest(rules)
    until = None if for_seconds is None else time.monotonic() + for_seconds
    at, case = BEGINNING, 0
    while days is not None:
        found = candidates.after(at, case, days=days, limit=LOOKED_AT)
        for one in found:
            _add(counted, one, rules)
        if len(found) < LOOKED_AT:
            break
        at, case = _last(found)
        if until is not None and time.monotonic() > until:
            counted.is_whole = False
            break
    return counted


def _add(counted: DryRun, one: candidates.Candidate, rules: Sequence[Rule]) -> None:
    due = one.due(rules)
    if Kind.RECORDS in due:
        due = due | one.left
    counted.looked += 1
    counted.cases += bool(due)
    for kind in due:
        counted.erased[kind] += kind != Kind.PICTURES or one.has_picture


def _last(found: Sequence[candidates.Candidate]) -> tuple[datetime, int]:
    return found[-1].received_at, found[-1].case
