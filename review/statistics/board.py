"""The board: the state of every queue now, who works there, and the delivery status of results.

Expensive counts are shared by all viewers and at most STALE_SECONDS old; each person then sees the queues they may
see. Only a queue's leads see who works there: it is for sharing out work, not for comparing people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db import connection
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from accounts.permissions import may
from accounts.roles import Permission
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.policy.taxonomy import Severity, Taxonomy
from review.models import Queue, SlaAlert
from review.permissions import queues_led_by, queues_seen_by
from review.statistics import forecast, queue_depth
from review.statistics.delivery_status import DeliveryStatus, delivery_status
from review.statistics.forecast import POINTS, Course, Forecast
from review.statistics.queue_depth import QueueDepth
from review.statistics.reports.intervals import Rate
from review.statistics.throughput import Count, flow

STALE_SECONDS = 2
DECIDERS_STALE_SECONDS = 10
LATELY_SECONDS, HOUR_SECONDS = 300, 3600
_DECIDED_LATELY = """
SELECT DISTINCT t.queue_id, d.by_id
  FROM review_decision d
  JOIN review_reviewtask t ON t.id = d.task_id
 WHERE d.decided_at >= statement_timestamp() - make_interval(secs => %(seconds)s) AND d.undone_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Lately:
    """What happened in one queue: in the last five minutes, in the last hour, and in the two hours in POINTS parts."""

    lately: Count
    hour: Count
    points: Sequence[Count]
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class BoardQueue:
    """One queue. `working` people have leases there or decided just now; `workers` lists them, None when the viewer
    does not lead there. `severity` is that of the worst label among its reasons.
    """

    queue: Queue
    line: QueueDepth
    course: Lately
    severity: Severity | None
    working: int
    workers: Sequence[User] | None
    alert: SlaAlert | None = None

    @property
    def at_risk(self) -> bool:
        """Whether it was told that the queue is about to break its SLA, and not yet that it recovered."""
        return self.alert is not None and self.alert.at_risk

    @property
    def trouble(self) -> tuple[float, ...]:
        """Ascending from the worst queue on: overdue the longest, at risk, growing the fastest, with something that
        waits, and the rest.
        """
        seen, line = self.course.forecast, self.line
        if line.overdue:
            return 0, -self.late_seconds
        if self.at_risk:
            return 1, line.due_at.timestamp() if line.due_at else 0
        if seen.course == Course.GROWING:
            return 2, -seen.per_hour
        return (3, line.due_at.timestamp()) if line.due_at else (4, 0)

    @property
    def late_seconds(self) -> float:
        """How long the task that should have been decided first is past its due time; 0 when none is."""
        return max(0.0, (timezone.now() - self.line.due_at).total_seconds()) if self.line.due_at else 0.0


@dataclass(frozen=True, slots=True)
class Board:
    """The board as one person sees it. `delivery_status` covers all queues: None for a viewer who does not see all."""

    at: datetime
    lines: Sequence[BoardQueue]
    delivery_status: DeliveryStatus | None

    @property
    def waiting(self) -> int:
        return sum(one.line.waiting for one in self.lines)

    @property
    def lately(self) -> Count:
        return sum((one.course.lately for one in self.lines), Count())

    @property
    def hour(self) -> Count:
        return sum((one.course.hour for one in self.lines), Count())

    @property
    def kept(self) -> Rate:
        """How many of the last hour's decisions were made before their due time: of these decisions, and of the cases
        that are overdue and still wait.
        """
        return Rate(self.hour.in_time, self.hour.decided + self.overdue)

    @property
    def at_risk(self) -> Sequence[BoardQueue]:
        return [one for one in self.lines if one.at_risk]

    @property
    def recovered(self) -> Sequence[BoardQueue]:
        """Those of which it was told within the last hour."""
        since = self.at - timedelta(seconds=HOUR_SECONDS)
        return [one for one in self.lines if one.alert and not one.at_risk and one.alert.since > since]

    @property
    def overdue(self) -> int:
        return sum(one.line.overdue for one in self.lines)

    @property
    def latest(self) -> BoardQueue | None:
        """The queue with the task that is longest past its due time."""
        return max((one for one in self.lines if one.line.overdue), key=lambda one: one.late_seconds, default=None)


def board(*, by: User) -> Board:
    """The queues this person may see, the worst first."""
    is_led = Exists(queues_led_by(by, Permission.ASSIGN).filter(pk=OuterRef("pk")))
    queues = list(queues_seen_by(by).annotate(is_led=is_led))
    shared = _shared()
    seen = [
        _seen(queue, line, shared, queue.is_led) for queue, line in zip(queues, queue_depth.lines(queues), strict=True)
    ]
    seen.sort(key=lambda one: (one.trouble, one.queue.name))
    return Board(shared.at, seen, delivery_status() if may(by, Permission.SEE_ALL_QUEUES) else None)


@dataclass(frozen=True, slots=True)
class _Shared:
    """Counts shared by all viewers, by queue id."""

    at: datetime
    courses: Mapping[int, Lately]
    severities: Mapping[int, Severity | None]
    workers: Mapping[int, Sequence[User]]
    alerts: Mapping[int, SlaAlert]


_NOTHING = Lately(Count(), Count(), [Count()] * POINTS, Forecast())


def _seen(queue: Queue, line: QueueDepth, shared: _Shared, leads: bool) -> BoardQueue:
    workers = shared.workers.get(queue.pk, [])
    return BoardQueue(
        queue=queue,
        line=line,
        course=shared.courses.get(queue.pk, _NOTHING),
        severity=shared.severities.get(queue.pk),
        working=len(workers),
        workers=workers if leads else None,
        alert=shared.alerts.get(queue.pk),
    )


def _shared() -> _Shared:
    found: _Shared | None = caches["process"].get("board")
    if found is None:
        found = _count()
        caches["process"].set("board", found, STALE_SECONDS)
    return found


def _count() -> _Shared:
    queues, at = list(Queue.objects.select_related("sla_alert")), timezone.now()
    prefetch_related_objects(queues, "reasons")
    lines = dict(zip(queues, queue_depth.lines(queues), strict=True))
    taxonomy = labels.in_force()
    return _Shared(
        at,
        courses(lines, at),
        {queue.pk: _severity(queue, taxonomy) for queue in queues},
        _workers({queue.pk: line.reviewers for queue, line in lines.items()}),
        {queue.pk: queue.sla_alert for queue in queues if hasattr(queue, "sla_alert")},
    )


def courses(lines: Mapping[Queue, QueueDepth], at: datetime) -> dict[int, Lately]:
    """By queue id."""
    happened = flow()
    parts = {queue.pk: happened.course(POINTS, queue=queue.pk) for queue in lines}
    paces = forecast.windows(happened, parts)
    found = {}
    for queue, line in lines.items():
        lately, hour = (happened.over(some, queue=queue.pk) for some in (LATELY_SECONDS, HOUR_SECONDS))
        seen = forecast.forecast(paces[queue.pk], in_line=line.waiting + line.leased, now=at)
        found[queue.pk] = Lately(lately, hour, parts[queue.pk], seen)
    return found


def _severity(queue: Queue, taxonomy: Taxonomy) -> Severity | None:
    paths = (LabelPath(one.risk_label1, one.risk_label2, one.risk_label3) for one in queue.reasons.all())
    worst = taxonomy.worst(paths)
    return worst[1] if worst else None


def _workers(reviewers: Mapping[int, Iterable[int]]) -> dict[int, Sequence[User]]:
    """People with leases in each queue or decisions there just now, in the order of their names."""
    working = {queue: set(people) for queue, people in reviewers.items()}
    for queue, person in _deciders():
        working.setdefault(queue, set()).add(person)
    people = User.objects.filter(pk__in=set().union(*working.values())).only("name", "email").order_by("name", "email")
    known = list(people)
    return {queue: [one for one in known if one.pk in some] for queue, some in working.items()}


def _deciders() -> Sequence[tuple[int, int]]:
    """Queue and person, of the last minutes' decisions."""
    found: Sequence[tuple[int, int]] | None = caches["process"].get("deciders")
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(_DECIDED_LATELY, {"seconds": LATELY_SECONDS})
            found = cursor.fetchall()
        caches["process"].set("deciders", found, DECIDERS_STALE_SECONDS)
    return found
