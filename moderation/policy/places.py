"""Where routes lead, by the queues that exist. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from moderation.policy.route import Outcome


@dataclass(frozen=True, slots=True)
class Place:
    """Where a route leads. `queue` is the slug of an existing queue; "" when there is no review. `level` is what policy
    alone decided.
    """

    outcome: str
    queue: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Queues:
    """The slugs of existing queues, and the default queue for routes that name none of them."""

    default: str
    slugs: frozenset[str]

    def place(self, outcome: str, queue: str, level: str = "") -> Place:
        if outcome != Outcome.QUEUED:
            return Place(outcome, level=level)
        return Place(outcome, queue if queue in self.slugs else self.default)
