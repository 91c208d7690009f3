"""Where results go, before and after. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from moderation.replay.counted import STRICTNESS
from moderation.replay.statement import OUTCOMES


@dataclass(frozen=True, slots=True)
class Flows:
    """How many results go from one outcome to another, or stay."""

    counts: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, report: Mapping[str, Any]) -> Self:
        return cls({(one["from"], one["to"]): one["count"] for one in report["flows"]})

    @property
    def outcomes(self) -> list[str]:
        """Those that are always told, and what else occurs."""
        return [one for one in OUTCOMES if one in ("PASS", "REVIEW", "REJECT") or self.before(one) or self.after(one)]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def moved(self) -> int:
        return sum(n for (before, after), n in self.counts.items() if before != after)

    @property
    def stricter(self) -> int:
        return sum(n for move, n in self.counts.items() if direction(*move) == "up")

    @property
    def milder(self) -> int:
        return sum(n for move, n in self.counts.items() if direction(*move) == "down")

    def before(self, outcome: str) -> int:
        return sum(n for (before, _), n in self.counts.items() if before == outcome)

    def after(self, outcome: str) -> int:
        return sum(n for (_, after), n in self.counts.items() if after == outcome)

    def gained(self, outcome: str) -> int:
        return self.after(outcome) - self.counts.get((outcome, outcome), 0)

    def lost(self, outcome: str) -> int:
        return self.before(outcome) - self.counts.get((outcome, outcome), 0)


def direction(before: str, after: str) -> str:
    """Whether a move is stricter ("up"), milder ("down") or neither ("stay")."""
    was, now = STRICTNESS.get(before, 0), STRICTNESS.get(after, 0)
    return "up" if now > was else "down" if now < was else "stay"
