"""The replay of exactly this draft, for the foot of the page: under way, finished with what it says, or none yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moderation.models import ReplayReport
from moderation.policy_versions.draft import Draft
from moderation.replay import jobs


@dataclass(frozen=True, slots=True)
class Together:
    """What all changes do a day: how many more results are reviewed and rejected, how many more minutes people need;
    and in how many of the decided results people had decided otherwise.
    """

    results: int
    reviewed: float
    rejected: float
    minutes: float
    contradicted: int
    decided: int


@dataclass(frozen=True, slots=True)
class Replayed:
    """`job` is the newest replay of this draft against the policy in force, None where there is none."""

    job: ReplayReport | None = None
    together: Together | None = None

    @property
    def is_running(self) -> bool:
        return self.job is not None and self.job.state == ReplayReport.State.RUNNING


def replayed(draft: Draft) -> Replayed:
    if draft.is_empty:
        return Replayed()
    found = jobs.of_policy(draft.policy, against=draft.in_force)
    job = found.defer("figures").first()
    return Replayed(job, _together(json.loads(job.report)) if job and job.report else None)


def _together(report: Mapping[str, Any]) -> Together:
    days, staff, contradicted = _days(report), report["staff"], report["contradicted"]
    return Together(
        report["results"],
        _more(report["flows"], "REVIEW") / days,
        _more(report["flows"], "REJECT") / days,
        staff["minutesAfter"] - staff["minutesBefore"],
        contradicted["count"],
        contradicted["decided"],
    )


def _more(flows: Iterable[Mapping[str, Any]], outcome: str) -> int:
    return sum(flow["count"] * ((flow["to"] == outcome) - (flow["from"] == outcome)) for flow in flows)


def _days(report: Mapping[str, Any]) -> float:
    """At least one, as the report's own figures a day are."""
    if not report["since"]:
        return 1.0
    span = datetime.fromisoformat(report["until"]) - datetime.fromisoformat(report["since"])
    return max(1.0, span / timedelta(days=1))
