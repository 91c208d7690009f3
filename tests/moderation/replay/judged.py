"""What the statement says of each stored case, told as `policy.route` tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection

from moderation import labels
from moderation.models import ResultFacts
from moderation.policy import Facts, Policy, Section, Taxonomy, route
from moderation.replay.judge import Judge
from moderation.replay.label_sql import BY, BY_BIT, LEVEL_BIT, MOST_VARIANTS, NAME_BIT, SCORE_BIT
from moderation.replay.statement import OUTCOMES, SIDES, Chunk
from moderation.replay.vocabulary import hit


@dataclass(frozen=True)
class Told:
    """`label`, `score` (0 for none) and `section` are of the link that decided; None where sections decided nothing."""

    outcome: str
    rule: int
    label: str | None
    score: int | None
    section: str | None


def by_statement(before: Policy, after: Policy, taxonomy: Taxonomy | None = None) -> dict[int, tuple[Told, Told]]:
    """By the case's key."""
    judge = Judge(before, after, taxonomy or labels.in_force())
    pks = ResultFacts.objects.order_by("pk").values_list("pk", flat=True)
    if not pks:
        return {}
    statement, chunk = judge.statement(pks[0], list(pks)[-1])
    with connection.cursor() as cursor:
        cursor.execute(statement.judged, statement.parameters.values)
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len(rows) == len(pks)
    return {row["case_id"]: (_told(row, judge, chunk, 0), _told(row, judge, chunk, 1)) for row in rows}


def by_route(facts: Facts, policy: Policy, taxonomy: Taxonomy) -> Told:
    found = route(facts, policy=policy, taxonomy=taxonomy)
    outcome = {"queued": "REVIEW", "decided": str(found.level)}.get(found.outcome, found.outcome.value)
    first = found.chain[0] if found.chain else None
    position = found.rule.position if found.rule else 0
    if first is None:
        return Told(outcome, position, None, None, None)
    return Told(outcome, position, first.label, first.score or 0, first.section)


def _told(row: dict[str, Any], judge: Judge, chunk: Chunk, which: int) -> Told:
    side, key = SIDES[which], row[f"{SIDES[which]}_key"]
    outcome, rule = OUTCOMES[row[f"{side}_outcome"]], row[f"{side}_rule"]
    if key is None:
        return Told(outcome, rule, None, None, None)
    sections = judge.scopes.sets[row["set"]].sections[which]
    flags = sections[0] if sections else Section("")
    if row["final_result"] == 0 and flags.intermediate == "person":
        return Told(outcome, rule, "", 0, flags.name)
    name = chunk.names[key >> NAME_BIT & (1 << SCORE_BIT - NAME_BIT) - 1]
    by, score = BY[key >> BY_BIT & 7], 1000 - (key >> SCORE_BIT & 1023)
    if key >> LEVEL_BIT == 0 and flags.after_reject == "confirm":
        return Told(outcome, rule, name, score, flags.name)
    return Told(
        outcome,
        rule,
        name,
        score,
        _section(sections, by, chunk.words[chunk.variants[name][key & MOST_VARIANTS - 1]].keys),
    )


def _section(sections: tuple[Section, ...], by: str, keys: tuple[str, ...]) -> str:
    if by in ("call", "not-asked") or not sections:
        return ""
    found = hit(sections, keys) if by == "threshold" else None
    return found[0].name if found else sections[0].name
