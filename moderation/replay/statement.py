"""The statement that judges cases by two policies, `a` and `b`, as `moderation.policy.route` does: see decision 35.

`OFFSET 0` keeps PostgreSQL from writing an expression out again wherever its column is used. Labels do without, unless
calls ask for something of their own: below it no worker could take the least keys of its part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moderation.policy import Policy
from moderation.replay import label_sql
from moderation.replay.label_sql import KEY_SEPARATOR, LEVEL_BIT, MOST_VARIANTS, OWN_PLACE
from moderation.replay.parameters import Parameters
from moderation.replay.rules import Rules, label_numbers
from moderation.replay.scopes import KINDS, Fitting, Scopes
from moderation.replay.vocabulary import MASK_BITS, Vocabulary, Word, masks

OUTCOMES = ("PASS", "REVIEW", "REJECT", "recorded", "failed")
SIDES = ("a", "b")

_FORCED = {"machine": -1, "PASS": 0, "REVIEW": 1}
_OWN_LEVEL = "CASE f.risk_level WHEN 'PASS' THEN 0 WHEN 'REJECT' THEN 2 ELSE 1 END"


@dataclass
class Chunk:
    """Cases with these keys, both ends included, and what occurs in them."""

    low: int
    high: int
    contexts: Sequence[tuple[Any, ...]]
    words: dict[str, Word]

    @cached_property
    def names(self) -> list[str]:
        return sorted(self.variants)

    @cached_property
    def variants(self) -> dict[str, list[str]]:
        """The words of each name."""
        found: dict[str, list[str]] = {}
        for text in sorted(self.words):
            found.setdefault(self.words[text].name, []).append(text)
        return found


class Statement:
    """`judged` is a query with a row for each case of the chunk; `parameters` are its values."""

    def __init__(self, policies: Sequence[Policy], scopes: Scopes, vocabulary: Vocabulary, chunk: Chunk) -> None:
        self.parameters = Parameters()
        self._policies, self._scopes, self._vocabulary, self._chunk = policies, scopes, vocabulary, chunk
        self._masks = -(-len(vocabulary.patterns) // MASK_BITS)
        self._narrowed = any(scopes.sets[row[-1]].is_narrowed for row in chunk.contexts)
        self._within = " AND ".join(map(self.parameters.add, (chunk.low, chunk.high)))
        self._rules = Rules(vocabulary.patterns, scopes.apps, self.parameters)
        matched = [self._rules.first_match(policy, side) for policy, side in zip(policies, SIDES, strict=True)]
        self.judged = self._outcomes(self._matched(self._evaluated(self._labelled()), matched))

    def _labels(self) -> str:
        """Each label with what it counts as; a case without labels has one row, without a place."""
        columns = self._scopes.columns(self.parameters)
        same = " AND ".join(f"c.{name} = {column}" for name, column in columns.items())
        kinds = KINDS | {"set": "integer", "a_otherwise": "smallint", "b_otherwise": "smallint"}
        contexts = [(*row, *_otherwise(self._scopes.sets[row[-1]])) for row in self._chunk.contexts]
        told = "".join(
            f""", {label_sql.level(side, narrowed=self._narrowed)} AS {side}_level,
                {label_sql.by(side, narrowed=self._narrowed)} AS {side}_by"""
            for side in SIDES
        )
        marks = "".join(f", l.marks{n}" for n in range(self._masks))
        return f"""
        SELECT f.case_id, c.set, s.place, s.score, s.risk_level, s.probability, s.confidence_level,
               l.name, l.variant, l.critical, l.is_named{marks}{told}
          FROM moderation_resultfacts f
          JOIN {self.parameters.table("c", kinds, contexts)} ON {same}
          LEFT JOIN moderation_labelscore s ON s.case_id = f.case_id AND s.case_id BETWEEN {self._within}
          LEFT JOIN {self._words("l")} ON l.text = coalesce(s.spelt, s.label)
          LEFT JOIN {self._thresholds()} ON t.set = c.set AND t.class = l.class
         WHERE f.case_id BETWEEN {self._within}
        {"OFFSET 0" if self._narrowed else ""}"""  # noqa: S608 - names of ours, here and below

    def _labelled(self) -> str:
        """Each case with the least keys of its labels, the patterns that fit them and their highest numbers."""
        keys, critical = "", ""
        for side in SIDES:
            packed = label_sql.key(f"s.{side}_level", "coalesce(s.score, 0)", "s", f"s.{side}_by", "s.place")
            keys += f", min({packed}) AS {side}_key"
            critical += f", coalesce(bool_or(s.critical AND s.{side}_level > 0), FALSE) AS {side}_critical"
        marks = "".join(
            f", coalesce(bit_or(s.marks{n}) FILTER (WHERE s.risk_level <> 'PASS'), 0) AS marks{n}"
            for n in range(self._masks)
        )
        return f"""
        SELECT s.case_id, s.set{keys}{critical}{marks}{label_numbers(self._rules.numbers)}
          FROM ({self._labels()}) s
         GROUP BY s.case_id, s.set"""  # noqa: S608

    def _evaluated(self, labelled: str) -> str:
        """Each with what the sections make of it, None where they decide nothing."""
        level, by = _OWN_LEVEL, "1"
        if self._narrowed:
            asks = f"f.narrowing IS NULL OR {label_sql.asked('o')}"
            level, by = f"CASE WHEN {asks} THEN {level} ELSE 0 END", f"CASE WHEN {asks} THEN 1 ELSE 2 END"
        own = f"CASE WHEN NOT f.is_listed THEN {label_sql.key(level, '0', 'o', by, str(OWN_PLACE))} END"
        keys = "".join(
            f""", CASE WHEN u.{side}_on AND f.code = 1100 AND f.result_type <> 1
                       THEN least(g.{side}_key, {own}) END AS {side}_key,
                  u.{side}_on AND f.code = 1100 AND f.result_type <> 1 AND (g.{side}_critical
                  OR (NOT f.is_listed AND o.critical AND {level} > 0)) AS {side}_critical,
                  u.{side}_person, u.{side}_confirm"""
            for side in SIDES
        )
        marks = "".join(
            f", g.marks{n} | CASE WHEN o.is_named THEN o.marks{n} ELSE 0 END AS marks{n}" for n in range(self._masks)
        )
        told = "".join(f", g.{name}" for name in self._rules.numbers.values())
        return f"""
        SELECT f.*, g.set, o.name AS own_name, o.variant AS own_variant{keys}{marks}{told}
          FROM ({labelled}) g
          JOIN moderation_resultfacts f ON f.case_id = g.case_id
          JOIN {self._words("o")} ON o.text = coalesce(f.spelt, f.label)
          JOIN {self._sets()} ON u.set = g.set
         WHERE f.case_id BETWEEN {self._within}
        OFFSET 0"""  # noqa: S608

    def _matched(self, evaluated: str, first_match: Sequence[str]) -> str:
        """Each with whether it waits for a person, and the rule that matches."""
        levels = ", ".join(
            f"""CASE WHEN e.{side}_key IS NULL THEN NULL
                     WHEN e.final_result = 0 AND e.{side}_person THEN 1
                     WHEN (e.{side}_key >> {LEVEL_BIT}) = 0 AND e.{side}_confirm THEN 1
                     ELSE 2 - (e.{side}_key >> {LEVEL_BIT}) END AS {side}_level"""
            for side in SIDES
        )
        waits = ", ".join(
            f"""coalesce(w.{side}_level = 1, w.final_result = 0 OR w.risk_level = 'REVIEW') AS {side}_waits"""
            for side in SIDES
        )
        rules = ", ".join(f"{rule} AS {side}_rule" for side, rule in zip(SIDES, first_match, strict=True))
        return f"""
        SELECT x.*, {rules}
          FROM (SELECT w.*, {waits} FROM (SELECT e.*, {levels} FROM ({evaluated}) e OFFSET 0) w OFFSET 0) x
        OFFSET 0"""  # noqa: S608

    def _outcomes(self, matched: str) -> str:
        """Each with its outcomes, as places in OUTCOMES."""
        told = []
        for policy, side in zip(self._policies, SIDES, strict=True):
            recorded = [place for place, rule in enumerate(policy.rules, start=1) if rule.record]
            told.append(f"""
               CASE WHEN m.code <> 1100 THEN 4
                    WHEN m.{side}_rule = ANY({self.parameters.add(recorded, "integer[]")}) THEN 3
                    WHEN m.{side}_rule > 0 OR m.{side}_waits THEN 1
                    ELSE coalesce(m.{side}_level, 3) END AS {side}_outcome""")
        return f"SELECT m.*, {', '.join(told)} FROM ({matched}) m OFFSET 0"  # noqa: S608

    def _words(self, name: str) -> str:
        kinds = {"text": "text", "class": "integer", "name": "integer", "critical": "boolean", "is_named": "boolean"}
        kinds |= {"variant": "integer", "is_always": "boolean", "keys": "text"} | {
            f"marks{n}": "bigint" for n in range(self._masks)
        }
        names = {told: place for place, told in enumerate(self._chunk.names)}
        classes, variants = self._classes, self._chunk.variants
        rows = [
            (text, classes[one.keys], names[one.name], one.is_critical, one.is_named, at, one.is_always, keys, *marks)
            for text, one in self._chunk.words.items()
            for at in [min(variants[one.name].index(text), MOST_VARIANTS - 1)]
            for keys in [KEY_SEPARATOR.join(one.all_keys) if self._narrowed else ""]
            for marks in [masks(one.marks, self._masks)]
        ]
        return self.parameters.table(name, kinds, rows)

    @property
    def _classes(self) -> dict[tuple[str, ...], int]:
        """The words with the same keys are of one class."""
        different = dict.fromkeys(word.keys for word in self._chunk.words.values())
        return {keys: place for place, keys in enumerate(different)}

    def _thresholds(self) -> str:
        kinds = {"set": "integer", "class": "integer"}
        kinds |= {f"{side}_{which}": "smallint" for side in SIDES for which in ("review", "reject")}
        rows = []
        for number in sorted({row[-1] for row in self._chunk.contexts}):
            for keys, place in self._classes.items():
                found = self._scopes.sets[number].numbers(keys)
                if any(one is not None for one in found):
                    rows.append((number, place, *found))
        return self.parameters.table("t", kinds, rows)

    def _sets(self) -> str:
        kinds = {"set": "integer"}
        kinds |= {f"{side}_{flag}": "boolean" for side in SIDES for flag in ("on", "person", "confirm")}
        rows = [(number, *_flags(fitting)) for number, fitting in enumerate(self._scopes.sets)]
        return self.parameters.table("u", kinds, rows)


def _otherwise(fitting: Fitting) -> tuple[int, ...]:
    return tuple(_FORCED[sections[0].otherwise] if sections else -1 for sections in fitting.sections)


def _flags(fitting: Fitting) -> tuple[bool, ...]:
    """Where a call narrows and no section fits, an intermediate result goes to a person."""
    return tuple(
        flag
        for sections in fitting.sections
        for flag in (
            bool(sections) or fitting.is_narrowed,
            sections[0].intermediate == "person" if sections else fitting.is_narrowed,
            bool(sections) and sections[0].after_reject == "confirm",
        )
    )
