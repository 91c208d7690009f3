"""A policy in pieces, which can be compared, merged and put back one by one. Pure.

A piece is a value at a path: ("sections", "web / live", "thresholds", "porn") holds two numbers. Sections and rules
have keys in place of their positions, so that the same one is found again when others were added, moved or removed.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from moderation.policy.policy import Policy
from moderation.policy.sections import FLAGS
from moderation.policy.serialize import write
from moderation.policy.taxonomy import SEVERITIES

Path = tuple[str, ...]
Values = Mapping[Path, Any]
SECTIONS, RULES, BOOSTS, THRESHOLDS, PLACE = "sections", "rules", "boosts", "thresholds", "place"

_Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pieces:
    """`order` are the keys of the rules, in their order."""

    values: Values
    order: tuple[str, ...]

    @property
    def sections(self) -> list[str]:
        """Their keys, in their order."""
        return list(dict.fromkeys(path[1] for path in self.values if path[0] == SECTIONS))


def take_apart(policy: Policy, *, like: Pieces | None = None) -> Pieces:
    """`like` is another version of the policy: what is the same section or rule there has the same key here."""
    body = write(policy)
    values: dict[Path, Any] = {}
    for key, section in _keyed_sections(body.get("sections", []), like):
        values |= _of_section(key, section)
    keys = _RuleKeys(body["rules"], like).found()
    values |= {(RULES, key): rule for key, rule in zip(keys, body["rules"], strict=True)}
    return Pieces(values | _of_boosts(body["boosts"]), tuple(keys))


def put_together(pieces: Pieces) -> dict[str, Any]:
    """The body of a policy; it may be one that cannot be read."""
    sections = [_section(pieces.values, key) for key in pieces.sections]
    rules = [pieces.values[RULES, key] for key in pieces.order]
    return {"rules": rules, **({"sections": sections} if sections else {}), "boosts": _boosts(pieces.values)}


def path_id(path: Path) -> str:
    """The path in one text, for a form."""
    return "/".join(step.replace("~", "~0").replace("/", "~1") for step in path)


def path_of(text: str) -> Path:
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/"))


def placed(order: Sequence[str], key: str, *, as_in: Sequence[str]) -> list[str]:
    """The order with `key` put where it stands in another one: behind all rules that stand before it there."""
    others = [one for one in order if one != key]
    before = set(as_in[: as_in.index(key)])
    at = max((place for place, one in enumerate(others, start=1) if one in before), default=0)
    return [*others[:at], key, *others[at:]]


def moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest rules that have to be moved to come from one order to the other."""
    places = {key: place for place, key in enumerate(old)}
    common = [key for key in new if key in places]
    return set(common) - _longest_rising(common, [places[key] for key in common])


def _longest_rising(keys: Sequence[str], numbers: Iterable[int]) -> set[str]:
    """Those keys of the longest run of rising numbers."""
    tails: list[int] = []
    ends: list[int] = []  # the place in `keys` of each tail
    before: list[int] = []
    for place, number in enumerate(numbers):
        at = bisect_left(tails, number)
        tails[at : at + 1], ends[at : at + 1] = [number], [place]
        before.append(ends[at - 1] if at else -1)
    kept, place = set(), ends[-1] if ends else -1
    while place >= 0:
        kept.add(keys[place])
        place = before[place]
    return kept


def _of_section(key: str, section: Mapping[str, Any]) -> dict[Path, Any]:
    own: dict[Path, Any] = {(SECTIONS, key, name): section[name] for name in ("name", "scope", *FLAGS)}
    return own | {(SECTIONS, key, THRESHOLDS, label): numbers for label, numbers in section["thresholds"].items()}


def _section(values: Values, key: str) -> dict[str, Any]:
    own = {path[2:]: value for path, value in values.items() if path[:2] == (SECTIONS, key)}
    thresholds = {path[1]: numbers for path, numbers in own.items() if path[0] == THRESHOLDS}
    told = {name: own[name,] for name in ("name", "scope", *FLAGS) if (name,) in own}
    return {**told, "thresholds": thresholds}


def _of_boosts(boosts: Mapping[str, Any]) -> dict[Path, Any]:
    own: dict[Path, Any] = {(BOOSTS, "severity", name): boosts["severity"].get(name, 0) for name in SEVERITIES}
    return own | {(BOOSTS, name): minutes for name, minutes in boosts.items() if name != "severity"}


def _boosts(values: Values) -> dict[str, Any]:
    own = {path[1:]: minutes for path, minutes in values.items() if path[0] == BOOSTS}
    severity = {path[1]: minutes for path, minutes in own.items() if len(path) == 2}
    return {"severity": severity} | {path[0]: minutes for path, minutes in own.items() if len(path) == 1}


def _keyed_sections(
    sections: Iterable[Mapping[str, Any]], like: Pieces | None
) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """The key is the name; a section with another name but the scope of one that is gone is that one."""
    known = {} if like is None else {key: like.values[SECTIONS, key, "scope"] for key in like.sections}
    named = [(section["name"].casefold(), section) for section in sections]
    gone = {key: scope for key, scope in known.items() if key not in dict(named)}
    for name, section in named:
        same = next((key for key, scope in gone.items() if scope == section["scope"]), None)
        yield (name if name in known or same is None else same), section


class _RuleKeys:
    """A named rule is known by its name, another one by what it says. What is left over is the same rule where it
    stands behind the same one as before, unless both have names.
    """

    def __init__(self, rules: Sequence[_Rule], like: Pieces | None) -> None:
        self._rules, self._like = rules, like or Pieces({}, ())
        self._own = list(_own_keys(rules))
        self._keys = [key if key in self._like.order else None for key in self._own]

    def found(self) -> list[str]:
        for place, rule in enumerate(self._rules):
            if self._keys[place] is None:
                self._keys[place] = next((key for key in self._free() if _is_renamed(rule, self._at(key))), None)
        for place, rule in enumerate(self._rules):
            if self._keys[place] is None:
                self._keys[place] = self._follower(place, rule) or self._own[place]
        return [key for key in self._keys if key is not None]

    def _free(self) -> list[str]:
        return [key for key in self._like.order if key not in self._keys]

    def _at(self, key: str) -> _Rule:
        rule: _Rule = self._like.values[RULES, key]
        return rule

    def _follower(self, place: int, rule: _Rule) -> str | None:
        before = self._keys[place - 1] if place else None
        after = self._like.order.index(before) + 1 if before in self._like.order else 0
        key = next(iter(self._like.order[after : after + 1]), None) if place == 0 or after else None
        if key is None or key in self._keys or ("name" in rule and "name" in self._at(key)):
            return None
        return key


def _own_keys(rules: Iterable[_Rule]) -> Iterable[str]:
    times: dict[str, int] = {}
    for rule in rules:
        if "name" in rule:
            yield f"={rule['name'].casefold()}"
            continue
        said = sha256(json.dumps(rule, sort_keys=True).encode()).hexdigest()[:12]
        times[said] = times.get(said, 0) + 1
        yield f"#{said}-{times[said]}"


def _is_renamed(rule: _Rule, other: _Rule) -> bool:
    mine, theirs = ({name: value for name, value in one.items() if name != "name"} for one in (rule, other))
    return mine == theirs
