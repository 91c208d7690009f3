"""Merge a form of engines sent on an older version: what the person changed stays, the rest is as it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accounts.models import App
from accounts.versions import Conflict

Rows = Mapping[str, Mapping[str, Any]]
"""The values of each engine by the number of its row, as `configure.EDITED` has them: "#12"."""
_NOT_TYPED = ("kind", "sealed")


@dataclass(frozen=True, slots=True)
class Typed:
    """An engine as the form was sent. `keeps` is "" for one that was added."""

    kind: str
    keeps: str
    values: Mapping[str, str]

    def is_touched(self, before: Mapping[str, Any]) -> bool:
        return any(value != str(before.get(name, "")) for name, value in self.values.items())

    def on_top_of(self, before: Mapping[str, Any], now: Mapping[str, Any]) -> Typed:
        values = {
            name: str(now.get(name, "")) if value == str(before.get(name, "")) else value
            for name, value in self.values.items()
        }
        return Typed(self.kind, self.keeps, values)


def merged(sent: QueryDict, conflict: Conflict, _present: App) -> QueryDict:
    before, now = conflict.before.get("engines", {}), conflict.now["engines"]
    typed = list(_typed(sent))
    rows = [*_kept(typed, before, now), *_added_by_others(typed, before, now)]
    data = sent.copy()
    for name in [name for name in data if name.partition("-")[0].isdecimal()]:
        del data[name]
    data.setlist("kind", [row.kind for row in rows])
    data.setlist("keeps", [row.keeps for row in rows])
    for place, row in enumerate(rows):
        data.update({f"{place}-{name}": value for name, value in row.values.items()})
    return data


def _typed(sent: QueryDict) -> Iterator[Typed]:
    for place, (kind, keeps) in enumerate(zip(sent.getlist("kind"), sent.getlist("keeps"), strict=False)):
        start = f"{place}-"
        values = {name.removeprefix(start): str(sent[name]) for name in sent if name.startswith(start)}
        yield Typed(kind, keeps, values)


def _kept(typed: list[Typed], before: Rows, now: Rows) -> Iterator[Typed]:
    """One that a colleague took out stays, as one to be added, where the person had changed it."""
    for row in typed:
        key = f"#{row.keeps}"
        if key in now:
            yield row.on_top_of(before.get(key, {}), now[key])
        elif not row.keeps or (row.is_touched(before.get(key, {})) and "remove" not in row.values):
            yield Typed(row.kind, "", row.values)


def _added_by_others(typed: list[Typed], before: Rows, now: Rows) -> Iterator[Typed]:
    known = {*before, *(f"#{row.keeps}" for row in typed)}
    for key, row in now.items():
        if key not in known:
            values = {name: str(value) for name, value in row.items() if name not in _NOT_TYPED}
            yield Typed(row["kind"], key.removeprefix("#"), values)
