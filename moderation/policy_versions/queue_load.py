"""How many of the last results each queue would get by another policy: a bounded count, made before publishing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from moderation import labels
from moderation.models import Case, MachineResult
from moderation.policy import Facts, Outcome, Policy, route
from moderation.policy_versions import names, replay

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
    """Each queue that gets a result by one of them, by name."""
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
        yield from replay.facts_of(list(standing.select_related("case__app").order_by("-case_id")))
