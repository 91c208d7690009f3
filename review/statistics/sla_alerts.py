"""Tell when a queue is about to break its SLA, before it does, and when it has recovered: once each, on the board, by
webhook and by mail. Whether it was told is a row per queue, under whose lock it changes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db import transaction
from django.utils import timezone

from moderation.webhooks.announce_sla import announce_sla
from review.models import Queue, SlaAlert
from review.statistics import alert_mail, queue_depth
from review.statistics.board import Lately, courses
from review.statistics.forecast import ENOUGH, wait_of_next
from review.statistics.queue_depth import QueueDepth

log = logging.getLogger(__name__)

EVERY_SECONDS = 60
_CALM = 1.25  # so much more time than the limit of a warning must be left before it counts as recovered


@dataclass(frozen=True, slots=True)
class Seen:
    """One queue now."""

    queue: Queue
    line: QueueDepth
    at_risk: bool


def check_due() -> int:
    """At most once a minute in each process. Returns how many changes were told."""
    if not caches["process"].add("sla_alerts", True, EVERY_SECONDS):
        return 0
    return check()


def check() -> int:
    now = timezone.now()
    queues = list(Queue.objects.all())
    lines = dict(zip(queues, queue_depth.lines(queues), strict=True))
    known = {one.pk: one.at_risk for one in SlaAlert.objects.all()}
    seen = _seen(lines, known, now)
    return sum(_tell(one, now) for one in seen if one.at_risk != known.get(one.queue.pk, False))


def warning(queue: Queue) -> timedelta:
    """How long before its due time a case that waits is at risk."""
    return timedelta(minutes=queue.sla_minutes - queue.warned_after_minutes)


def _seen(lines: Mapping[Queue, QueueDepth], known: Mapping[int, bool], now: datetime) -> list[Seen]:
    lately = courses(lines, now)
    return [
        Seen(queue, line, _at_risk(queue, line, lately[queue.pk], was=known.get(queue.pk, False), now=now))
        for queue, line in lines.items()
    ]


def _at_risk(queue: Queue, line: QueueDepth, lately: Lately, *, was: bool, now: datetime) -> bool:
    """A case is due soon; or, at the present pace, one that comes now will wait longer than promised."""
    if line.due_at is None:
        return False
    if line.due_at <= now + warning(queue) * (_CALM if was else 1):
        return True
    waits = wait_of_next(lately.forecast, in_line=line.waiting + line.leased)
    if waits is None:
        return was and lately.forecast.window.n >= ENOUGH  # cases come and nobody decides: that is no recovery
    return waits > timedelta(minutes=queue.sla_minutes) / (_CALM if was else 1)


def _tell(seen: Seen, now: datetime) -> bool:
    """Returns whether it was this process that told it."""
    line = seen.line
    with transaction.atomic():
        SlaAlert.objects.get_or_create(queue=seen.queue, defaults={"since": now})
        alert = SlaAlert.objects.select_for_update().get(queue=seen.queue)
        if alert.at_risk == seen.at_risk:
            return False
        alert.at_risk, alert.since = seen.at_risk, now
        alert.waiting, alert.overdue = line.waiting + line.leased, line.overdue
        alert.oldest_at, alert.due_at = line.oldest_at, line.due_at
        alert.save()
        _announce(seen)
        transaction.on_commit(lambda: alert_mail.send(alert), robust=True)
    log.warning("Queue %s %s", seen.queue.slug, "is about to break its SLA" if seen.at_risk else "keeps its SLA again")
    return True


def _announce(seen: Seen) -> None:
    """In the transaction that remembers it, so that it is announced once."""
    line = seen.line
    announce_sla(
        queue=seen.queue.slug,
        waiting=line.waiting + line.leased,
        oldest_at=line.oldest_at,
        due_at=line.due_at,
        overdue=line.overdue,
        recovered=not seen.at_risk,
    )
