from __future__ import annotations

from django.db import models

from review.models.queue import Queue


class StageWait(models.Model):
    """How often, on a day in a queue, the wait for the next picture fell into this bucket. It names no person.

    `up_to_ms` is the upper bound of the wait, one of `review.statistics.latency.BOUNDS`; `warm`: the picture had been
    prefetched.
    """

    day = models.DateField()  # UTC
    queue = models.ForeignKey(Queue, models.CASCADE, related_name="+", db_index=False)
    warm = models.BooleanField()
    up_to_ms = models.PositiveIntegerField()
    count = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "queue", "warm", "up_to_ms"], name="stage_wait_once"),
        ]

    def __str__(self) -> str:
        return f"{self.count} waits up to {self.up_to_ms} ms"
