from __future__ import annotations

from django.db import models

from review.models.queue import Queue


class SlaAlert(models.Model):
    """Whether a queue is about to break its SLA, as last told: one row per queue, so that it is told once and its
    recovery once. The figures are those at the last change.
    """

    queue = models.OneToOneField(Queue, models.CASCADE, primary_key=True, related_name="sla_alert")
    at_risk = models.BooleanField(default=False)
    since = models.DateTimeField()  # of the last change
    waiting = models.PositiveIntegerField(default=0)
    overdue = models.PositiveIntegerField(default=0)
    oldest_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.queue_id}: {'at risk' if self.at_risk else 'within SLA'} since {self.since}"
