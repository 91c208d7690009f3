from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import User


class PolicyVersion(models.Model):
    """Thresholds and rules that turn a machine result into a route. Never edited: a change is a new version.

    `body` is what moderation.policy reads: {"rules": [...], "boosts": {...}}.
    """

    number = models.PositiveIntegerField(unique=True)
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, models.PROTECT, null=True)
    active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["active"], condition=models.Q(active=True), name="one_active_policy"),
        ]

    def __str__(self) -> str:
        return f"policy {self.number}"
