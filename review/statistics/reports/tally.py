"""Count facts into the rows of the reports' tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from moderation.policy.taxonomy import BUILT_IN_TAXONOMY
from review.models import ReportHistogram
from review.statistics.reports.buckets import bucket_of
from review.statistics.reports.facts import ArrivalFact, DecisionFact, LeaseFact
from review.statistics.reports.slots import slot_of

IDLE_SECONDS = 60  # longer at one picture is idle: it counts as these
BAND = 100  # scores of one band
LAST_BAND = 9

_Kind = ReportHistogram.Kind


class Place(NamedTuple):
    """What a row is about. Everybody's rows have no person, a person's have neither app nor label."""

    slot: datetime
    queue: int
    app: int | None
    label: str
    by: int | None


class Cell(NamedTuple):
    place: Place
    kind: str
    bucket: int


@dataclass(frozen=True, slots=True)
class Tally:
    counts: dict[Place, Counter[str]] = field(default_factory=dict)
    histogram: Counter[Cell] = field(default_factory=Counter)

    def add(self, place: Place, counted: Counter[str]) -> None:
        self.counts.setdefault(place, Counter()).update(counted)

    def count_rows(self) -> list[dict[str, Any]]:
        return [_row(place) | {name: counted[name] for name in COUNTED} for place, counted in self.counts.items()]

    def histogram_rows(self) -> list[dict[str, Any]]:
        return [
            _row(cell.place) | {"kind": cell.kind, "bucket": cell.bucket, "count": count}
            for cell, count in self.histogram.items()
        ]


COUNTED = (
    *("arrived", "reopened", "made", "undone", "acts", "undone_acts", "decided", "in_time", "cases", "passed"),
    *("rejected", "skipped", "escalated"),
)


def tally(
    decisions: Iterable[DecisionFact],
    arrivals: Iterable[ArrivalFact],
    leases: Iterable[LeaseFact],
    *,
    since: datetime,
) -> Tally:
    """Decisions come in the order of their times. Those before `since` are only looked at, not counted."""
    found = Tally()
    seen: set[tuple[str, str]] = set()
    for one in decisions:
        counted = _counted(one, seen)
        if one.at >= since:
            for place in _places(slot_of(one.at), one):
                found.add(place, counted)
            found.histogram.update(_cells(one))
    for came in arrivals:
        place = Place(came.slot, came.queue, came.app, came.label, None)
        found.add(place, Counter(arrived=came.arrived, reopened=came.reopened))
    for ended in leases:
        for place in _places(ended.slot, ended):
            found.add(place, Counter(skipped=ended.skipped, escalated=ended.escalated))
    return found


def _places(slot: datetime, one: DecisionFact | LeaseFact) -> tuple[Place, Place]:
    return Place(slot, one.queue, one.app, one.label, None), Place(slot, one.queue, None, "", one.by)


def _counted(one: DecisionFact, seen: set[tuple[str, str]]) -> Counter[str]:
    counted = Counter(made=1, acts=_first("act", one, seen))
    if one.undone:
        return counted + Counter(undone=1, undone_acts=_first("undone", one, seen))
    stands = 0 if one.superseded else one.cases
    verdict = "passed" if one.verdict == "PASS" else "rejected"
    return counted + Counter({"decided": 1, "in_time": int(one.in_time), "cases": one.cases, verdict: stands})


def _first(kind: str, one: DecisionFact, seen: set[tuple[str, str]]) -> int:
    """1 for the first of what one key press did, 0 for the rest."""
    before = len(seen)
    seen.add((kind, one.act))
    return len(seen) - before


def _cells(one: DecisionFact) -> list[Cell]:
    if one.undone:
        return []
    everybody, person = _places(slot_of(one.at), one)
    cells = [Cell(everybody, _Kind.WAIT, bucket_of(one.waited))]
    if one.elapsed_ms is not None:
        bucket = bucket_of(min(one.elapsed_ms / 1000, IDLE_SECONDS))
        cells += [Cell(place, _Kind.HANDLING, bucket) for place in (everybody, person)]
    if one.score is not None and not one.superseded and one.label:
        cells.append(Cell(everybody, _judged(one), min(LAST_BAND, one.score // BAND)))
    return cells


def _judged(one: DecisionFact) -> str:
    same = one.verdict == "REJECT" and BUILT_IN_TAXONOMY.canonical(one.rejected_for) == one.label
    return _Kind.UPHELD if same else _Kind.DIFFERED


def _row(place: Place) -> dict[str, Any]:
    return {"slot": place.slot, "queue_id": place.queue, "app_id": place.app, "label": place.label, "by_id": place.by}
