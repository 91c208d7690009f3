from __future__ import annotations

from django.db import models

from moderation.models import Case
from review.models.queue import Queue


class DecidedCase(models.Model):
    """A case that policy decided alone, with the queue in which it would have waited for a person: that queue's leads
    see it, and reopen it there. It was never a task.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        indexes = [models.Index(fields=["queue", "case"], name="decided_case_by_queue")]

    def __str__(self) -> str:
        return f"{self.case_id} in {self.queue_id}"
