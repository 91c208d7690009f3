"""Compare how another policy would have routed past cases: pure, one case at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from moderation.policy.facts import Facts
from moderation.policy.policy import Policy
from moderation.policy.route import Outcome, Route, route
from moderation.policy.taxonomy import Taxonomy

EXAMPLES = 5


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


@dataclass(frozen=True, slots=True)
class PastCase:
    """`facts` are as known when the result arrived, `place` is where it was routed then."""

    case_id: int
    app_id: str
    request_id: str
    facts: Facts
    place: Place


@dataclass(frozen=True, slots=True)
class Move:
    """`count` cases went to `before` and would go to `after`; with a few examples, the newest first."""

    before: Place
    after: Place
    count: int
    examples: tuple[PastCase, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The outcome for `cases` past cases. `caught` counts by the position of the matching rule."""

    cases: int
    moves: tuple[Move, ...]
    caught: Mapping[int, int]

    @property
    def moved(self) -> int:
        return sum(move.count for move in self.moves)


@dataclass
class Tally:
    """Counts cases one by one, and keeps only a few examples."""

    policy: Policy
    taxonomy: Taxonomy
    queues: Queues
    cases: int = 0
    _moves: Counter[tuple[Place, Place]] = field(default_factory=Counter)
    _examples: dict[tuple[Place, Place], list[PastCase]] = field(default_factory=dict)
    _caught: Counter[int] = field(default_factory=Counter)

    def add(self, case: PastCase) -> None:
        self.cases += 1
        routed = route(case.facts, policy=self.policy, taxonomy=self.taxonomy)
        if routed.rule:
            self._caught[routed.rule.position] += 1
        move = (case.place, self._place(routed))
        if move[0] != move[1]:
            self._moves[move] += 1
            examples = self._examples.setdefault(move, [])
            if len(examples) < EXAMPLES:
                examples.append(case)

    def result(self) -> Replayed:
        moves = (
            Move(before, after, count, tuple(self._examples[before, after]))
            for (before, after), count in self._moves.most_common()
        )
        return Replayed(self.cases, tuple(moves), dict(self._caught))

    def _place(self, routed: Route) -> Place:
        return self.queues.place(routed.outcome, routed.queue, str(routed.level or ""))
