from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Verdict(models.TextChoices):
    PASS = "PASS", _("pass")
    REJECT = "REJECT", _("reject")


class Decision(models.Model):
    """What a person said about a task: immutable, undone or superseded by a later one. The client makes its id.

    `labels` holds the verdict per label: [{"riskLabel1", "riskLabel2", "riskLabel3", "verdict"}]. `seen` is what
    the person was shown: {"machineRevision", "pictureSha256"}, with "alongWith" when it followed another decision,
    and {"grid": {"label", "tile"}} when the picture stood in the page `grid_page` of a grid, as its `tile`-th, counted
    from 1.
    """

    id = models.UUIDField(primary_key=True)
    task = models.ForeignKey("review.ReviewTask", models.CASCADE, related_name="decisions")
    by = models.ForeignKey(User, models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    reason = models.CharField(max_length=50, default="", blank=True)  # code, as it was in the queue
    note = models.TextField(default="", blank=True)
    labels = models.JSONField(default=list)
    policy_version = models.PositiveIntegerField(default=0)
    seen = models.JSONField(default=dict)
    grid_page = models.UUIDField(null=True)
    elapsed_ms = models.PositiveIntegerField(null=True)
    decided_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "-decided_at"], name="decision_by_person"),
            # Rows come in this order: a few pages for millions.
            BrinIndex(fields=["decided_at"], name="decision_by_time"),
            models.Index(fields=["grid_page"], condition=Q(grid_page__isnull=False), name="decision_of_grid_page"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=Q(undone_at=None), name="one_standing_decision"),
            models.CheckConstraint(condition=Q(verdict__in=["PASS", "REJECT"]), name="decision_verdict_known"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.by}"
