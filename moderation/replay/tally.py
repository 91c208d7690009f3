"""The counts of a replay over all its chunks, kept as JSON between two of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from moderation.policy import Policy, Section
from moderation.replay.counted import CONTRADICTED_AT_MOST, STRICTNESS, Contradicted, Counted, Group, Load
from moderation.replay.judge import Judge
from moderation.replay.vocabulary import hit


@dataclass
class Tally:
    """`flows` by (from, to); `rules` by the position of the draft's rule; `load` by (before or after, queue, hour);
    `labels` by (label, what); `sections` are (label, section of the draft). Of what moves, `decided` was decided by
    people, `contradicted` of it otherwise.
    """

    results: int = 0
    since: str = ""
    until: str = ""
    flows: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[int] = field(default_factory=Counter)
    load: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    sections: set[tuple[str, str]] = field(default_factory=set)
    decided: int = 0
    contradicted: int = 0
    cases: list[Contradicted] = field(default_factory=list)

    def add(self, counted: Counted, judge: Judge) -> None:
        for load in counted.load:
            self._add_load(load, judge)
        for group in counted.groups:
            self._add_times(group)
            self.flows[group.before, group.after] += group.count
            self.rules[group.rule] += group.count
            self._add_labels(group)
            self._add_move(group, judge)
        self.cases = sorted([*self.cases, *counted.cases], key=lambda case: case.order)[:CONTRADICTED_AT_MOST]

    def as_json(self) -> dict[str, Any]:
        counters = {name: sorted([*key, n] for key, n in getattr(self, name).items()) for name in _KEYED}
        plain = {name: getattr(self, name) for name in _PLAIN}
        rules, sections = sorted(self.rules.items()), sorted(self.sections)
        return plain | counters | {"rules": rules, "sections": sections, "cases": [asdict(case) for case in self.cases]}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Tally:
        if not stored:
            return cls()
        plain = {name: stored[name] for name in _PLAIN}
        made = cls(**plain, rules=Counter(dict(stored["rules"])))
        for name in _KEYED:
            setattr(made, name, Counter({tuple(key): n for *key, n in stored[name]}))
        made.sections = {(label, section) for label, section in stored["sections"]}
        made.cases = [Contradicted(**case | {"order": tuple(case["order"])}) for case in stored["cases"]]
        return made

    def _add_times(self, group: Group) -> None:
        since, until = (at.isoformat() for at in (group.since, group.until))
        self.results += group.count
        self.since = min(self.since or since, since)
        self.until = max(self.until, until)

    def _add_load(self, load: Load, judge: Judge) -> None:
        sides = ((load.before, load.rule_before), (load.after, load.rule))
        for side, (outcome, rule), policy in zip(("before", "after"), sides, judge.policies, strict=True):
            if outcome == "REVIEW":
                self.load[side, _queue(policy, rule), load.hour] += load.count

    def _add_labels(self, group: Group) -> None:
        sides = (("before", group.label_before, group.before), ("after", group.label, group.after))
        for side, label, outcome in sides:
            if outcome in STRICTNESS:
                self.labels[label, f"{side} {outcome}"] += group.count

    def _add_move(self, group: Group, judge: Judge) -> None:
        """A move is told of the label that made the stricter of both outcomes."""
        before, after = (STRICTNESS.get(outcome, 0) for outcome in (group.before, group.after))
        if group.before == group.after:
            return
        self.decided += group.count * group.is_decided
        self.contradicted += group.count * group.is_contradicted
        if before == after:
            return
        label = group.label_before if before > after else group.label
        self.labels[label, f"to {group.after if after else 'PASS'}"] += group.count
        self.labels[label, "of decided"] += group.count * group.is_decided
        self.labels[label, "of contradicted"] += group.count * group.is_contradicted
        self.sections |= {(label, section.name) for section in _section(judge, group.set, group.word)}


_PLAIN = ("results", "since", "until", "decided", "contradicted")
_KEYED = ("flows", "load", "labels")


def _queue(policy: Policy, rule: int) -> str:
    return policy.rules[rule - 1].queue if rule else ""


def _section(judge: Judge, number: int, word: str) -> list[Section]:
    """The draft's section that judges what is called so, among those of this set."""
    fitting = judge.scopes.sets[number].sections[1]
    found = hit(fitting, judge.vocabulary.words([word])[word].keys)
    return [found[0] if found else fitting[0]] if fitting else []
