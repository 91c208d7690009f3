"""How many of the last results each queue would get by another policy: as a replay of exactly this draft has it, else
counted among the newest, before publishing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from moderation import labels
from moderation.models import Case, ReplayReport
from moderation.policy import Policy
from moderation.policy_versions import names
from moderation.replay import counted, jobs
from moderation.replay.judge import Judge, plan_as_judge
from moderation.replay.report import Queues, cases_of_queues
from moderation.replay.tally import Tally

LAST = timedelta(days=7)
RESULTS = 20_000  # about a quarter of a second
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
    finished = jobs.of_policy(after, against=before.number).filter(state=ReplayReport.State.FINISHED).first()
    report = json.loads(finished.report) if finished else {}
    found = {one["queue"]: one.get("cases") for one in report.get("load", ())}
    if finished and None not in found.values():  # reports of earlier releases have averages alone
        return _loads(found, report["results"])
    return _counted(before, after)


def _counted(before: Policy, after: Policy) -> list[QueueLoad]:
    newest = Case.objects.filter(received_at__gte=Now() - LAST).order_by("-pk").values_list("pk", flat=True)[:RESULTS]
    if not newest:
        return []
    tally, judge, known = Tally(), Judge(before, after, labels.in_force()), names.queues()
    with transaction.atomic():
        plan_as_judge()
        tally.add(counted.count(judge, newest[len(newest) - 1], newest[0]), judge)
    return _loads(cases_of_queues(tally, Queues(known.default, known.slugs, {})), tally.results)


def _loads(cases: Mapping[str, Any], results: int) -> list[QueueLoad]:
    return [QueueLoad(queue, one["before"], one["after"], results) for queue, one in sorted(cases.items())]
