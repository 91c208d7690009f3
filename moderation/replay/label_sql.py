"""What one label of a result counts as, and its key, as SQL: on labels `s` with their words `l`, the thresholds `t`,
the facts `f` and what fits them, `c`. See `policy.evaluate` and `policy.narrow`.

A label's key is a number: the lower, the stricter. From the left its bits are 2 - what the label counts as (0 PASS,
1 REVIEW, 2 REJECT), 1000 - its score, the place of its name in the alphabet, what it counts by, its place in the
result, and which of the words with that name it is (aliases share one). The least key of a result is the label that
decides.
"""

from __future__ import annotations

LEVEL_BIT, SCORE_BIT, NAME_BIT, BY_BIT, PLACE_BIT = 59, 49, 24, 21, 10
MOST_VARIANTS = 1 << PLACE_BIT
OWN_PLACE = 2047  # behind all labels, of which a result has 2,000 at most
BY = ("call", "machine", "not-asked", "otherwise", "threshold")
KEY_SEPARATOR = "\x1f"  # of a word's keys, told as one text

_MACHINE = """CASE coalesce(nullif(s.risk_level, ''), f.risk_level)
              WHEN 'PASS' THEN 0 WHEN 'REJECT' THEN 2 ELSE 1 END"""
_CALL = f"""(CASE WHEN f.narrowing IS NOT NULL THEN (
    SELECT (f.narrowing -> 'thresholds' ->> k.key)::integer
      FROM unnest(string_to_array(l.keys, '{KEY_SEPARATOR}')) WITH ORDINALITY AS k (key, place)
     WHERE f.narrowing -> 'thresholds' ? k.key
     ORDER BY k.place
     LIMIT 1) END)"""  # noqa: S608 - no names but ours
_LOOSENED = f"(f.narrowing ->> 'mayLoosen' = 'true' AND s.score < {_CALL})"


def level(side: str, *, narrowed: bool) -> str:
    """0 PASS, 1 REVIEW, 2 REJECT. `narrowed`: some of the calls asked for labels or thresholds of their own."""
    by_sections = f"""CASE WHEN s.score IS NULL THEN {_MACHINE}
        WHEN t.{side}_review IS NOT NULL
        THEN CASE WHEN s.score >= t.{side}_reject THEN 2 WHEN s.score >= t.{side}_review THEN 1 ELSE 0 END
        WHEN c.{side}_otherwise >= 0 THEN c.{side}_otherwise
        ELSE {_MACHINE} END"""
    if not narrowed:
        return by_sections
    return f"""CASE WHEN f.narrowing IS NULL THEN {by_sections}
        WHEN NOT {asked("l")} THEN 0
        WHEN s.score >= {_CALL} THEN 2
        WHEN {_LOOSENED} AND {by_sections} = 2
        THEN CASE WHEN s.score < t.{side}_review THEN 0 ELSE 1 END
        ELSE {by_sections} END"""


def by(side: str, *, narrowed: bool) -> str:
    """A place in BY."""
    by_sections = f"""CASE WHEN s.score IS NULL THEN 1 WHEN t.{side}_review IS NOT NULL THEN 4
        WHEN c.{side}_otherwise >= 0 THEN 3 ELSE 1 END"""
    if not narrowed:
        return by_sections
    rejected = f"{level(side, narrowed=False)} = 2"
    return f"""CASE WHEN f.narrowing IS NULL THEN {by_sections}
        WHEN NOT {asked("l")} THEN 2
        WHEN (s.score >= {_CALL} AND NOT {rejected}) OR ({_LOOSENED} AND {rejected}) THEN 0
        ELSE {by_sections} END"""


def asked(word: str) -> str:
    """Whether a call that asks for labels asks for this word."""
    keys = f"string_to_array({word}.keys, '{KEY_SEPARATOR}')"
    labels = "f.narrowing -> 'labels'"
    return f"({word}.is_always OR jsonb_array_length({labels}) = 0 OR {labels} ?| {keys})"


def key(level: str, score: str, word: str, by: str, place: str) -> str:
    bits = ((f"2 - ({level})", LEVEL_BIT), (f"1000 - {score}", SCORE_BIT), (f"{word}.name", NAME_BIT), (by, BY_BIT))
    packed = " | ".join(f"(({value})::bigint << {bit})" for value, bit in (*bits, (place, PLACE_BIT)))
    return f"({packed} | {word}.variant)"
