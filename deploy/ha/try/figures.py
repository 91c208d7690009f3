"""What a run of failovers showed, in Markdown: how long each took, and what the checks of `make faults` found."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import failovers
import load
from places import APPS, ROOT

sys.path.insert(0, str(ROOT))

from tests.faults import checks
from tests.faults.actors.receipts import read_receipts
from tests.faults.checks.evidence import Evidence, Finding, gathered
from tests.faults.options import Places, read_run

PROMISED_SECONDS = {failovers.NODE: 25, failovers.CUT: 30, failovers.POSTGRESQL: 5, failovers.REDIS: 5}
ALIVE_SECONDS = 0.1
READY_SECONDS = 5.0
AROUND_SECONDS = 90.0  # after a fault, in which its outage is looked for
UNDER_WAY_SECONDS = 0.2  # what was committed before the fault is told to its sender until then
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failover:
    """Seconds from a fault: until writes were acknowledged again, until there was another primary, from then until both
    web processes were ready, and the longest time without a webhook. None: there was no such thing.
    """

    kind: str
    node: str
    writes: float
    primary: float | None
    ready: float | None
    webhooks: float


def measured() -> list[Failover]:
    done = json.loads((load.RUN / "done.json").read_text())
    places = read_run(load.RUN).places
    writes = sorted(_writes(places))
    webhooks = [one["at"] for one in read_receipts(places.receipts("receiver"))]
    watched = _watched()
    return [_one(fault, writes, webhooks, watched) for fault in done]


def _writes(places: Places) -> Iterator[float]:
    for name, kind in (("senders", "acknowledged"), ("moderators", "decided")):
        yield from (one["at"] for one in read_receipts(places.receipts(name)) if one["kind"] == kind)


def _watched() -> list[Row]:
    return [json.loads(line) for line in failovers.WATCHED.read_text().splitlines() if line.endswith("}")]


def _one(fault: Row, writes: Sequence[float], webhooks: Sequence[float], watched: Sequence[Row]) -> Failover:
    at, until = fault["at"], min(fault["healed_at"], fault["at"] + AROUND_SECONDS)
    window = [one for one in watched if at <= one["at"] <= until]
    primary = next((_end(one) for one in window if _is_new_primary(one, fault)), None)
    return Failover(
        fault["kind"],
        fault["node"],
        _outage(writes, at, until),
        primary - at if primary else None,
        _ready_after(window, primary) if primary else None,
        _longest_gap(webhooks, at, until),
    )


def _is_new_primary(one: Row, fault: Row) -> bool:
    """After the death of the server process alone the old one is the new one, once it has been away."""
    is_other = one["node"] != fault["node"]
    wanted = fault["kind"] in (failovers.NODE, failovers.CUT)
    return wanted and is_other and one["what"] == "primary" and one["status"] == 200


def _ready_after(window: Sequence[Row], primary: float) -> float:
    """Until both answer 200 and go on doing so: what was asked before there was a primary does not count."""
    last = 0.0
    for node in APPS:
        asked = [one for one in window if one["what"] == "ready" and one["node"] == node]
        failed = [_end(one) for one in asked if one["status"] != 200]
        good = [_end(one) for one in asked if one["status"] == 200 and _end(one) > max([primary, *failed[-1:]])]
        last = max(last, (good[0] if good else float("inf")) - primary)
    return last


def _outage(writes: Sequence[float], at: float, until: float) -> float:
    """The longest time from the fault on without an acknowledged write."""
    near = [one for one in writes if at - 5 <= one <= until]
    gaps = [second - max(first, at) for first, second in pairwise(near) if second > at + UNDER_WAY_SECONDS]
    return max(gaps, default=float("inf"))


def _longest_gap(times: Sequence[float], at: float, until: float) -> float:
    near = [one for one in times if at - 5 <= one <= until]
    near += [one for one in times if one > until][:1]
    return max((second - first for first, second in pairwise(near) if second > at), default=float("inf"))


def _end(one: Row) -> float:
    return float(one["at"] + one["took"])


def judged() -> tuple[Evidence, list[Finding]]:
    evidence = gathered(read_run(load.RUN).places)
    return evidence, checks.findings(evidence)


def alive() -> tuple[int, int, float]:
    """How often /healthz was asked, how often it did not answer 200 in time, and the longest time it took."""
    asked = [one for one in _watched() if one["what"] == "alive"]
    late = [one for one in asked if one["status"] != 200 or one["took"] > ALIVE_SECONDS]
    return len(asked), len(late), max((one["took"] for one in asked), default=0.0)


def markdown(title: str) -> str:
    evidence, found = judged()
    lines = [f"## {title}", "", "| fault | of | writes back | limit | new primary | ready after it | no webhook for |"]
    lines.append("|---|---|---|---|---|---|---|")
    lines += [_row(one) for one in measured()]
    return "\n".join([*lines, "", *_totals(evidence, found)]) + "\n"


def _row(one: Failover) -> str:
    limit = PROMISED_SECONDS[one.kind]
    told = (one.kind, one.node, _seconds(one.writes), f"{limit} s", _seconds(one.primary), _seconds(one.ready))
    return f"| {' | '.join(told)} | {_seconds(one.webhooks)} |"


def _totals(evidence: Evidence, found: Sequence[Finding]) -> list[str]:
    asked, late, slowest = alive()
    decided = sum(one.accepted_at is not None for one in evidence.decisions.values())
    lost = sum(one.group == "lost" for one in found)
    again = len(evidence.accepted) - len({one["id"] for one in evidence.accepted})
    statuses = sorted({one["status"] for one in evidence.answers})
    return [
        f"- {len(evidence.acknowledged):,} results and {decided:,} decisions acknowledged; **lost: {lost}**; findings"
        f" of all checks: {len(found)}.",
        f"- {len(evidence.accepted):,} webhooks received, {again} of them again with the same id. {_drained()}",
        f"- Other answers than success to senders, moderators and the reader of the feed: {statuses or 'none'}; calls"
        f" without an answer: {evidence.unanswered}.",
        f"- `/healthz`: asked {asked:,} times, {late} of them later than {1000 * ALIVE_SECONDS:.0f} ms, the slowest"
        f" {1000 * slowest:.0f} ms.",
        _stage(),
        *(f"- {one.group}: {one.check}: {one.about}" for one in found[:20]),
    ]


def _stage() -> str:
    """What Chromium saw, where it ran."""
    told = list(read_receipts(read_run(load.RUN).places.receipts("stage")))
    decided = sum(one["kind"] == "decided" for one in told)
    if not decided:
        return "- No stage was watched."
    reloaded = sum(bool(one.get("reloaded")) for one in told)
    return (
        f"- A stage in Chromium: {decided} decisions; the longest time with something to judge and no decision answered"
        f" was {_longest_wait(told)} s; reloaded or left {reloaded} times."
    )


def _longest_wait(told: Sequence[Row]) -> int:
    """It is looked at once a second; the time in which nothing waited for it does not count."""
    longest = waited = 0
    for one in told:
        if one["kind"] == "decided":
            waited = 0
        elif one["state"] != "empty":
            waited += 1
            longest = max(longest, waited)
    return longest


def _drained() -> str:
    told = json.loads((load.RUN / "drained.json").read_text())
    if told["seconds"] is None:
        return f"**Never drained**: {told['left']}."
    return f"Nothing was outstanding {told['seconds']} s after the last fault."


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"
