"""Does a task belong to one person at a time, and does a decision need the lease?"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from tests.faults.checks.evidence import Evidence, Finding, Row

TWO_PEOPLE = "a task was leased to somebody while somebody else had it"
LOST_LEASE = "a decision was accepted under a lease that somebody else had taken over"
SPARE_SECONDS = 0.5  # an answer may take that long to be written down, on a busy machine


def check(evidence: Evidence) -> Iterator[Finding]:
    by_task: dict[int, list[Row]] = defaultdict(list)
    for lease in evidence.leases:
        by_task[lease["taskId"]].append(lease)
    left = _left_at(evidence)
    for task, leases in by_task.items():
        yield from _two_people(task, leases, left)
    yield from _decided_without(evidence, by_task)


def _left_at(evidence: Evidence) -> dict[str, float]:
    """When whoever had this token first asked for something that ends the lease, whatever the answer."""
    left: dict[str, float] = {}
    for one in evidence.deferred:
        left.setdefault(one["token"], one["at"])
    for decision in evidence.decisions.values():
        left[decision.token] = min(decision.asked_at, left.get(decision.token, decision.asked_at))
    return left


def _two_people(task: int, leases: list[Row], left: dict[str, float]) -> Iterator[Finding]:
    """By the times at which a lease was answered: a second one that was asked for later and answered while the first
    one lasts. Its end is by the database's clock: both are on this machine.
    """
    for place, first in enumerate(leases):
        until = min(_seconds(first["until"]), left.get(first["token"], float("inf")))
        for second in leases[place + 1 :]:
            if second["token"] == first["token"] and second["who"] == first["who"]:
                until = max(until, min(_seconds(second["until"]), left.get(first["token"], float("inf"))))
            elif second["who"] != first["who"] and first["at"] < second["askedAt"]:
                if second["at"] < until - SPARE_SECONDS:
                    yield Finding("double", TWO_PEOPLE, f"task {task}: {first['who']} and {second['who']}")
                break


def _decided_without(evidence: Evidence, by_task: dict[int, list[Row]]) -> Iterator[Finding]:
    for decision in evidence.decisions.values():
        if decision.accepted_at is None:
            continue
        leases = by_task[decision.task_id]
        own = [one["at"] for one in leases if one["token"] == decision.token]
        if not own:
            continue
        others = sorted(one["at"] for one in leases if one["token"] != decision.token and one["askedAt"] > own[-1])
        if bisect_left(others, decision.asked_at):
            about = f"{decision.decision_id} on task {decision.task_id}"
            yield Finding("double", LOST_LEASE, about)


def _seconds(iso: str) -> float:
    return datetime.fromisoformat(iso).timestamp()
