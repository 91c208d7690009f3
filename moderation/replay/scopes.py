"""Which sections of two policies fit which results, found once for all results with the same app and request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from moderation.contract.values import Request, Result, Shape
from moderation.policy import Facts, Policy, Section
from moderation.replay.parameters import Parameters
from moderation.replay.vocabulary import numbers

_NO_RESULT = Result("", 0, Shape.IMAGE_V4, {})
KINDS = {"app_id": "bigint", "event": "text", "type": "text", "lang": "text", "level": "smallint"}
KINDS |= {"is_narrowed": "boolean"}

Row = tuple[int, str, str, str, int, bool]
"""What scopes ask of a result, by the names of KINDS."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """The sections of each policy that fit, the most specific first. `is_narrowed`: the call asked for labels or
    thresholds of its own.
    """

    sections: tuple[tuple[Section, ...], ...]
    is_narrowed: bool
    _numbers: dict[tuple[str, ...], tuple[int | None, ...]] = field(default_factory=dict, compare=False, repr=False)

    def numbers(self, keys: tuple[str, ...]) -> tuple[int | None, ...]:
        """From which score on a label with these keys is reviewed and rejected, by each policy."""
        if keys not in self._numbers:
            self._numbers[keys] = tuple(one for sections in self.sections for one in numbers(sections, keys))
        return self._numbers[keys]


class Scopes:
    """`sets` are the different answers so far; a result is told the place of its own."""

    def __init__(self, policies: Sequence[Policy], apps: Mapping[int, str]) -> None:
        self.sets: list[Fitting] = []
        self._policies, self.apps = policies, apps
        self._scopes = [section.scope for policy in policies for section in policy.sections]
        self._found: dict[Row, int] = {}

    def columns(self, parameters: Parameters) -> dict[str, str]:
        """Expressions on `f` for what is asked. What no scope names is empty, so that few kinds of results are left."""
        apps = self._asked("app")
        pks = sorted(pk for pk, name in self.apps.items() if name in apps)
        levels = sorted({level for scope in self._scopes for level in scope.level})
        return {
            "app_id": _if_named("f.app_id", pks, "0", "bigint[]", parameters),
            "event": _if_named("f.event", self._asked("event"), "''", "text[]", parameters),
            "type": "f.type" if self._asked("type") else "''",
            "lang": _if_named("f.lang", self._asked("lang"), "''", "text[]", parameters),
            "level": _if_named("f.level", levels, "-1", "smallint[]", parameters),
            "is_narrowed": "(f.narrowing IS NOT NULL)",
        }

    def rows(self, asked: Iterable[Row]) -> list[tuple[Any, ...]]:
        """Each with the place of its set."""
        return [(*row, self._set(row)) for row in asked]

    def _set(self, row: Row) -> int:
        if row not in self._found:
            facts = self._facts(row)
            sections = (
                tuple(section for section in policy.by_specificity if section.scope.fits(facts))
                for policy in self._policies
            )
            fitting = Fitting(tuple(sections), row[-1])
            if fitting not in self.sets:
                self.sets.append(fitting)
            self._found[row] = self.sets.index(fitting)
        return self._found[row]

    def _facts(self, row: Row) -> Facts:
        app, event, type_, lang, level, _ = row
        request = Request({}, event_id=event, type=type_, lang=lang, level=None if level < 0 else level)
        return Facts(_NO_RESULT, request, self.apps.get(app, ""))

    def _asked(self, field: str) -> list[str]:
        return sorted({cast(str, getattr(scope, field)) for scope in self._scopes} - {""})


def _if_named(column: str, named: Sequence[Any], otherwise: str, kind: str, parameters: Parameters) -> str:
    if not named:
        return otherwise
    return f"CASE WHEN {column} = ANY({parameters.add(list(named), kind)}) THEN {column} ELSE {otherwise} END"
