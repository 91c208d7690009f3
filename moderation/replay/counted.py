"""The counts of a chunk of judged cases, in one statement, and the worst cases that people contradict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.replay.judge import Judge, fetch
from moderation.replay.label_sql import BY, BY_BIT, MOST_VARIANTS, NAME_BIT, SCORE_BIT
from moderation.replay.statement import OUTCOMES, Chunk, Statement

CONTRADICTED_AT_MOST = 500
STRICTNESS = {"REVIEW": 1, "REJECT": 2}  # of every other outcome 0
_NAME = f"(%s >> {NAME_BIT} & {(1 << SCORE_BIT - NAME_BIT) - 1})::integer"
_SCORE = f"1000 - (%s >> {SCORE_BIT} & 1023)::integer"
_VARIANT = f"((CASE WHEN is_milder THEN a_key ELSE b_key END) & {MOST_VARIANTS - 1})::integer"
_BY_MACHINE = f"(%s >> {BY_BIT} & 7) = {BY.index('machine')}"


@dataclass(frozen=True, slots=True)
class Group:
    """`count` cases that go one way. `label` is the one that counts strictest, told where something else than PASS
    comes of it, or another outcome than before. Of what moves `set` is told, and the word by which the label was sent
    that made the stricter of both outcomes.
    """

    before: str
    after: str
    rule: int
    label_before: str
    label: str
    set: int
    is_decided: bool
    is_contradicted: bool
    count: int
    since: datetime
    until: datetime
    word: str


@dataclass(frozen=True, slots=True)
class Load:
    """`count` cases that came in an hour of the day (UTC; -1 where neither policy lets them wait for a person)."""

    before: str
    after: str
    rule_before: int
    rule: int
    hour: int
    count: int


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A case that goes another way than a person decided. `order` is lower for the worse ones."""

    order: tuple[int, ...]
    case: int
    label: str
    score: int | None
    before: str
    after: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Counted:
    groups: list[Group]
    load: list[Load]
    cases: list[Contradicted]


def count(judge: Judge, low: int, high: int) -> Counted:
    """Of the cases from `low` to `high`."""
    statement, chunk = judge.statement(low, high)
    rows = fetch(_sql(statement, chunk), statement.parameters.values)
    return Counted(
        [_group(row, chunk) for row in rows if row[0] == "group"],
        [_load(row) for row in rows if row[0] == "load"],
        [_case(row, chunk.names) for row in rows if row[0] == "case"],
    )


def _sql(statement: Statement, chunk: Chunk) -> str:
    severity: dict[str, int] = {}
    for word in chunk.words.values():
        severity.setdefault(word.name, word.severity)
    severities = statement.parameters.add([severity[name] for name in chunk.names], "integer[]")
    return _COUNTED.format(judged=statement.judged, severities=severities, at_most=CONTRADICTED_AT_MOST)


def _milder(side: str) -> str:
    return f"CASE {side}_outcome WHEN 1 THEN 1 WHEN 2 THEN 2 ELSE 0 END"


# A move is told of the label that made the stricter of both outcomes.
# The names in it are ours.
_COUNTED = f"""
WITH told AS (
    SELECT j.case_id, j.received_at, j.a_outcome, j.b_outcome, j.a_rule, j.b_rule, j.set,
           j.a_outcome <> j.b_outcome AS moved, j.own_name, j.own_variant, j.a_key, j.b_key,
           CASE WHEN j.a_outcome IN (1, 2) OR j.a_outcome <> j.b_outcome
                THEN coalesce({_NAME % "j.a_key"}, j.own_name) END AS a_name,
           CASE WHEN j.b_outcome IN (1, 2) OR j.a_outcome <> j.b_outcome
                THEN coalesce({_NAME % "j.b_key"}, j.own_name) END AS b_name,
           CASE WHEN 1 IN (j.a_outcome, j.b_outcome)
                THEN extract(hour FROM j.received_at AT TIME ZONE 'UTC')::integer ELSE -1 END AS hour
      FROM ({{judged}}) j
    OFFSET 0
), compared AS MATERIALIZED (
    SELECT told.*, person.risk_level AS verdict,
           ({_milder("told.a")}) > ({_milder("told.b")}) AS is_milder
      FROM told
      LEFT JOIN LATERAL (
          SELECT f.risk_level FROM moderation_finalresult f
           WHERE told.moved AND told.b_outcome IN (0, 2) AND f.case_id = told.case_id
             AND f.voided_at IS NULL AND f.result_type = 1
           ORDER BY f.revision DESC
           LIMIT 1
      ) person ON TRUE
), contradicted AS (
    SELECT c.*, CASE WHEN c.is_milder THEN c.a_name ELSE c.b_name END AS name,
           CASE WHEN c.is_milder THEN c.a_key ELSE c.b_key END AS key
      FROM compared c
     WHERE c.verdict <> CASE c.b_outcome WHEN 0 THEN 'PASS' ELSE 'REJECT' END
)
SELECT CASE WHEN grouping(hour) = 0 THEN 'load' ELSE 'group' END, a_outcome, b_outcome, a_rule, b_rule, a_name, b_name,
       moved_of, hour, decided, contradicted, count(*), min(received_at), max(received_at),
       NULL::bigint, NULL::integer, NULL::text, NULL::integer, variant
  FROM (SELECT *, CASE WHEN moved THEN set ELSE -1 END AS moved_of,
               CASE WHEN moved THEN coalesce({_VARIANT}, own_variant) ELSE -1 END AS variant,
               verdict IS NOT NULL AS decided,
               coalesce(verdict <> CASE b_outcome WHEN 0 THEN 'PASS' ELSE 'REJECT' END, FALSE) AS contradicted
          FROM compared) sorted
 GROUP BY GROUPING SETS ((a_outcome, b_outcome, b_rule, a_name, b_name, moved_of, variant, decided,
                          contradicted),
                         (a_outcome, b_outcome, a_rule, b_rule, hour))
 UNION ALL
(SELECT 'case', a_outcome, b_outcome, a_rule, b_rule, name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        case_id, CASE WHEN {_BY_MACHINE % "key"} AND {_SCORE % "key"} = 0 THEN NULL ELSE {_SCORE % "key"} END, verdict,
        ({{severities}})[name + 1], NULL
   FROM contradicted
  ORDER BY b_outcome, ({{severities}})[name + 1] DESC, {_SCORE % "key"} DESC NULLS LAST, case_id DESC
  LIMIT {{at_most}})
"""  # noqa: S608


def _group(row: tuple[Any, ...], chunk: Chunk) -> Group:
    outcomes = [OUTCOMES[place] for place in row[1:3]]
    labels = ["" if place is None else chunk.names[place] for place in row[5:7]]
    label = labels[STRICTNESS.get(outcomes[0], 0) <= STRICTNESS.get(outcomes[1], 0)]
    word = chunk.variants[label][row[18]] if row[18] >= 0 else ""
    return Group(*(*outcomes, row[4], *labels, row[7], *row[9:14], word))


def _load(row: tuple[Any, ...]) -> Load:
    return Load(*(*(OUTCOMES[place] for place in row[1:3]), *row[3:5], row[8], row[11]))


def _case(row: tuple[Any, ...], names: list[str]) -> Contradicted:
    before, after, label = OUTCOMES[row[1]], OUTCOMES[row[2]], names[row[5]]
    case, score, verdict, severity = row[14:18]
    order = (row[2], -severity, -1 if score is None else -score - 1, -case)
    return Contradicted(order, case, label, score, before, after, verdict)
