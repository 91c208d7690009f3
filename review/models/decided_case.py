from __future__ import annotations

from django.db import models

from moderation.models import Case
from review.models.queue import Queue


class DecidedCase(models.Model):
    """A case that policy decided alone, with the queue in which it would have waited for a person by the rules of then:
    that queue's leads see it, and reopen it there. It can have tasks all the same: from before policy decided, or since
    a lead has reopened it.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["queue", "case"], name="decided_case_by_queue")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.queue_id}"


class DecidedCaseBackfill(models.Model):
    """How far cases that policy decided before there were such rows have theirs by now; one row, made with its table.
    Newest first: cases up to `below` are left.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    below = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_decided_case_backfill")]

    def __str__(self) -> str:
        return f"cases up to {self.below} are missing"
