"""A person's own figures of today. They are for that person alone: no function returns another person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import times
from accounts.models import User
from moderation import labels
from moderation.models import MachineResult
from moderation.policy.taxonomy import SEVERITIES
from review.models import Decision, Lease, ReviewTask

LATEST = 50  # how many times the stage takes its median from
# Leases that ended because the person did something with the picture. One that was released or expired may never have
# been looked at.
_ON_THE_TABLE = ("decided", "skipped", "escalated", "snoozed", "assigned")
# When the present stretch of work began: the first decision behind the last gap as long as a break.
_STRETCH = """
SELECT max(decided_at), clock_timestamp() FROM (
    SELECT decided_at, decided_at - lag(decided_at) OVER (ORDER BY decided_at) AS gap
      FROM review_decision
     WHERE by_id = %(user)s AND decided_at > clock_timestamp() - interval '12 hours'
) AS made
WHERE (gap IS NULL OR gap > make_interval(mins => %(break)s))
  AND EXISTS (SELECT FROM review_decision
               WHERE by_id = %(user)s AND decided_at > clock_timestamp() - make_interval(mins => %(break)s))
"""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Pictures that were on the stage, by the severity of their worst label, "" for those without a rated one.
    `unseen` were decided together with one of them and not shown.
    """

    seen: Mapping[str, int]
    unseen: int

    @property
    def total(self) -> int:
        return sum(self.seen.values())


@dataclass(frozen=True, slots=True)
class Own:
    """`median_ms` is the time from the picture on the screen to the verdict; None when nothing was timed.
    `by_hour` counts decisions for each hour of the reader's day so far.
    """

    decided: int
    median_ms: int | None
    made: int
    undone: int
    by_hour: list[int]
    exposure: Exposure
    stretch_minutes: int

    @property
    def median_seconds(self) -> float | None:
        return None if self.median_ms is None else self.median_ms / 1000

    @property
    def undone_percent(self) -> float | None:
        return 100 * self.undone / self.made if self.made else None


def of(user: User) -> Own:
    made = list(_today(user).values_list("decided_at", "elapsed_ms", "undone_at"))
    times = sorted(elapsed for _, elapsed, undone in made if elapsed is not None and undone is None)
    hours = Counter(timezone.localtime(at).hour for at, _, undone in made if undone is None)
    return Own(
        decided=sum(undone is None for *_, undone in made),
        median_ms=median(times),
        made=len(made),
        undone=sum(undone is not None for *_, undone in made),
        by_hour=[hours[hour] for hour in range(timezone.localtime().hour + 1)],
        exposure=_exposure(user),
        stretch_minutes=stretch_minutes(user),
    )


def at_the_stage(user: User) -> dict[str, Any]:
    """Initial figures of the stage's status bar: decisions that stand today, and the latest times, oldest first."""
    stand = _today(user).filter(undone_at=None)
    times = stand.exclude(elapsed_ms=None).order_by("-decided_at").values_list("elapsed_ms", flat=True)[:LATEST]
    return {"decided": stand.count(), "times": list(times)[::-1]}


def stretch_minutes(user: User) -> int:
    """Minutes the person has decided without a break; 0 when the last decision is at least a break ago."""
    with connection.cursor() as cursor:
        cursor.execute(_STRETCH, {"user": user.pk, "break": settings.BREAK_MINUTES})
        began, now = cursor.fetchone() or (None, None)
    return int((now - began).total_seconds() // 60) if began and now else 0


def break_due(user: User) -> int:
    """Minutes without a break, when one is to be suggested now; else 0. At most once per BREAK_AFTER_MINUTES."""
    after = settings.BREAK_AFTER_MINUTES
    minutes = stretch_minutes(user) if after else 0
    if not after or minutes < after:
        return 0
    return minutes if cache.add(f"break-suggested-to-{user.pk}", 1, timeout=after * 60) else 0


def median(numbers: Iterable[int]) -> int | None:
    """The middle one, the upper of two, as the stage's status bar computes it."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2] if ordered else None


def _midnight() -> datetime:
    return times.midnight(times.today())


def _today(user: User) -> QuerySet[Decision]:
    return Decision.objects.filter(by=user, decided_at__gte=_midnight())


def _exposure(user: User) -> Exposure:
    leases = Lease.objects.filter(by=user, ended_at__gte=_midnight(), outcome__in=_ON_THE_TABLE)
    shown = dict(leases.order_by("pk").values_list("task_id", "machine_revision"))
    tasks = dict(ReviewTask.objects.filter(pk__in=shown).values_list("pk", "case_id"))
    revisions = {tasks[task]: revision for task, revision in shown.items()}
    worst = Counter(_worst(revisions))
    unseen = ReviewTask.objects.filter(grouped_with__in=shown, state=ReviewTask.State.DECIDED).exclude(pk__in=shown)
    ordered = {severity: worst[severity] for severity in (*reversed(SEVERITIES), "") if worst[severity]}
    return Exposure(ordered, unseen.filter(Q(grouped_with__decisions__by=user)).distinct().count())


def _worst(revisions: Mapping[int, int]) -> Iterable[str]:
    """The severity of the worst label of each of these cases, in the revision shown to the person, or ""."""
    results = MachineResult.objects.filter(case__in=revisions).only("case_id", "revision", "raw", "merged")
    for machine in results.iterator():
        if revisions[machine.case_id] == machine.revision:
            yield labels.severity_of(machine) or ""
