from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from review.models.review_task import ReviewTask


class Lease(models.Model):
    """History of one lease of a task by a person, and how it ended. The current lease is on the task's row."""

    class Outcome(models.TextChoices):
        DECIDED = "decided", _("decided")
        RELEASED = "released", _("released")
        EXPIRED = "expired", _("expired")
        SKIPPED = "skipped", _("skipped")
        ESCALATED = "escalated", _("escalated")
        SNOOZED = "snoozed", _("snoozed")
        ASSIGNED = "assigned", _("handed to a colleague")
        CLOSED = "closed", _("closed under it")

    task = models.ForeignKey(ReviewTask, models.CASCADE, related_name="leases")
    by = models.ForeignKey(User, models.PROTECT, related_name="leases")
    lease_token = models.UUIDField(unique=True)
    machine_revision = models.PositiveIntegerField(default=1)  # the latest revision shown to the person
    leased_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "-leased_at"], name="lease_by_person"),
            BrinIndex(fields=["leased_at"], name="lease_by_time", pages_per_range=32),
        ]
        constraints = [
            # The second guard against leasing one task twice; the lease on the task's row is the first.
            models.UniqueConstraint(fields=["task"], condition=Q(ended_at=None), name="one_open_lease_per_task"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="lease_outcome_when_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by} on {self.task_id}"


class Skip(models.Model):
    """A person skipped a task; it is not leased to them again."""

    task = models.ForeignKey(ReviewTask, models.CASCADE, related_name="skips")
    by = models.ForeignKey(User, models.CASCADE, related_name="skips")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "by"], name="skip_once")]

    def __str__(self) -> str:
        return f"{self.by} skipped {self.task_id}"
