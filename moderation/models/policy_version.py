from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class PolicyVersion(models.Model):
    """Thresholds and rules that turn a machine result into a route. A body is never edited: what is edited is the draft
    that everybody shares, and a publish is a new version. Older versions may never have been in force.

    `body` is what moderation.policy reads: {"rules": [...], "sections": [...], "boosts": {...}}.
    """

    number = models.PositiveIntegerField(unique=True)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, null=True)
    active = models.BooleanField(default=False)
    # The last time it was put in force, and by which user; null when a part of the system did it.
    in_force_at = models.DateTimeField(null=True)
    in_force_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_active_policy"),
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(in_force_at__isnull=False), name="policy_in_force_since"
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.number}"

    @property
    def was_in_force(self) -> bool:
        return self.in_force_at is not None
