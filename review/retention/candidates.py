"""Cases that may be due, oldest first, and what of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.database.statements import read_sql
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.erasure.kinds import Kind
from moderation.policy import Taxonomy
from review.retention.clocks import Rule, days_of

IS_OVER = read_sql(__file__, "is_over")
"""SQL: whether nothing more is to come of the case `c`."""
IS_HELD = read_sql(__file__, "is_held")
"""SQL: whether the case `c` is under legal hold."""
_CANDIDATES = read_sql(__file__, "candidates", is_over=IS_OVER, is_held=IS_HELD)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case with its age in days, and what of it was not erased yet. `may_go`: it is over, and nobody holds it."""

    case: int
    received_at: datetime
    age: float
    queue: int | None
    label: tuple[str, ...]
    left: frozenset[Kind]
    has_picture: bool
    may_go: bool

    def due(self, rules: Sequence[Rule]) -> frozenset[Kind]:
        """What the rules say is kept no longer."""
        if not (self.left and self.may_go):
            return frozenset()
        days = days_of(rules, queue=self.queue, label=self.label)
        return frozenset(kind for kind in self.left if (most := days[kind]) is not None and self.age >= most)


def after(at: datetime, case: int, *, days: int, limit: int) -> list[Candidate]:
    """The next cases behind this one that were received at least so many days ago."""
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"at": at, "case": case, "days": days, "limit": limit})
        rows, taxonomy = cursor.fetchall(), labels.in_force()
    return [_candidate(row, taxonomy) for row in rows]


def levels_of(path: LabelPath, taxonomy: Taxonomy) -> tuple[str, ...]:
    """A label as rules are compared with it: aliases resolved, in lower case, without empty levels."""
    return tuple(level.casefold() for level in taxonomy.key(path) if level)


def _candidate(row: Sequence[object], taxonomy: Taxonomy) -> Candidate:
    case, received_at, age, queue, one, two, three, *left, has_picture, may_go = row
    label = levels_of(LabelPath(str(one), str(two), str(three)), taxonomy)
    kinds = frozenset(kind for kind, is_left in zip(Kind, left, strict=True) if is_left)
    return Candidate(case, received_at, age, queue, label, kinds, bool(has_picture), bool(may_go))  # type: ignore[arg-type] # as the statement has them
