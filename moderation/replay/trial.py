"""Try a policy on the last cases at once: which of them would go elsewhere than by the policy in force."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from moderation import labels
from moderation.models import ResultFacts
from moderation.policy import Outcome, Policy
from moderation.policy.places import Place, Queues
from moderation.policy_versions import store
from moderation.replay.judge import Judge, fetch
from moderation.replay.statement import OUTCOMES

LAST = 5000
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Move:
    """`count` cases go to `before` and would go to `after`; `examples` are a few of them, the newest first."""

    before: Place
    after: Place
    count: int
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome for `cases` past cases. `caught` counts by the position of the matching rule."""

    cases: int
    moves: tuple[Move, ...]
    caught: dict[int, int]

    @property
    def moved(self) -> int:
        return sum(move.count for move in self.moves)


def trial(policy: Policy, *, queues: Queues, last: int = LAST) -> Tried:
    """What the policy makes of the last cases, by the facts of then. Reads only."""
    pks = ResultFacts.objects.order_by("-pk").values_list("pk", flat=True)[:last]
    if not pks:
        return Tried(0, (), {})
    judge = Judge(store.in_force()[1], policy, labels.in_force())
    statement, _ = judge.statement(pks[len(pks) - 1], pks[0])
    columns = "case_id, a_outcome, a_rule, b_outcome, b_rule"
    newest_first = f"SELECT {columns} FROM ({statement.judged}) j ORDER BY case_id DESC"  # noqa: S608 - names of ours
    return _tried(fetch(newest_first, statement.parameters.values), judge.policies, queues)


def _tried(rows: list[Any], policies: tuple[Policy, Policy], queues: Queues) -> Tried:
    moves, examples = Counter[tuple[Place, Place]](), dict[tuple[Place, Place], list[int]]()
    for case, outcome_before, rule_before, outcome, rule in rows:
        before = _place(policies[0], queues, outcome_before, rule_before)
        after = _place(policies[1], queues, outcome, rule)
        if before != after:
            moves[before, after] += 1
            examples.setdefault((before, after), []).append(case)
    found = (Move(*move, count, tuple(examples[move][:EXAMPLES])) for move, count in moves.most_common())
    caught = Counter(row[-1] for row in rows if row[-1])
    return Tried(len(rows), tuple(found), dict(caught))


def _place(policy: Policy, queues: Queues, outcome: int, rule: int) -> Place:
    name = OUTCOMES[outcome]
    if name == "REVIEW":
        return queues.place(Outcome.QUEUED, policy.rules[rule - 1].queue if rule else "")
    return Place(name) if name in (Outcome.RECORDED, Outcome.FAILED) else Place(Outcome.DECIDED, level=name)
