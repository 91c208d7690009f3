"""How many of the last results each queue would get by another policy: as a replay of exactly this draft has it, else
by a bounded count, made before publishing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F
from django.db.models.functions import Now

from moderation import labels
from moderation.models import Case, MachineResult, ReplayReport
from moderation.policy import Facts, Outcome, Policy, route
from moderation.policy.serialize import fingerprint
from moderation.policy_versions import names, past_facts

LAST = timedelta(days=7)
RESULTS = 2_000  # about a millisecond each
CHUNK = 250
FEW = 20  # of the results looked at: below, twice as many says nothing


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """Of `results` that were looked at, `before` go to the queue by the policy in force and `after` by the other."""

    queue: str
    before: int
    after: int
    results: int

    @property
    def doubles(self) -> bool:
        return self.after >= FEW and self.after > 2 * self.before


def predicted(before: Policy, after: Policy) -> list[QueueLoad]:
    """Each queue that gets a result by one of them, by name: from the newest replay of exactly these two, else from the
    last results.
    """
    report = _replayed(before, after)
    return _reported(json.loads(report.report)) if report else _counted(before, after)


def _replayed(before: Policy, after: Policy) -> ReplayReport | None:
    finished = ReplayReport.objects.filter(state=ReplayReport.State.FINISHED, in_force=before.number)
    return finished.filter(body_sha256=fingerprint(after)).first()


def _reported(report: Any) -> list[QueueLoad]:
    return [_of_report(one, report) for one in report["load"]]


def _of_report(one: Any, report: Any) -> QueueLoad:
    """A report tells averages a day."""
    since, until = (datetime.fromisoformat(report[end]) for end in ("since", "until"))
    days = max(1.0, (until - since) / timedelta(days=1))
    before, after = (round(days * sum(hour[side] for hour in one["hours"])) for side in ("before", "after"))
    return QueueLoad(one["queue"], before, after, report["results"])


def _counted(before: Policy, after: Policy) -> list[QueueLoad]:
    counts, results = (Counter[str](), Counter[str]()), 0
    known, taxonomy = names.queues(), labels.in_force()
    for facts in _last():
        results += 1
        for policy, count in zip((before, after), counts, strict=True):
            found = route(facts, policy=policy, taxonomy=taxonomy)
            if found.outcome is Outcome.QUEUED:
                count[known.place(found.outcome, found.queue).queue] += 1
    was, now = counts
    return [QueueLoad(queue, was[queue], now[queue], results) for queue in sorted({*was, *now})]


def _last() -> Iterator[Facts]:
    recent = Case.objects.filter(received_at__gte=Now() - LAST).order_by("-pk").values_list("pk", flat=True)
    keys = list(recent[:RESULTS])
    for start in range(0, len(keys), CHUNK):
        standing = MachineResult.objects.filter(case__in=keys[start : start + CHUNK], revision=F("case__stands_on"))
        yield from past_facts.facts_of(list(standing.select_related("case__app").order_by("-case_id")))
