from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class ReplayReport(models.Model):
    """A policy replayed on the last cases, beside the policy that was in force when it was started; kept for others to
    read. It is worked on in chunks, newest cases first; `cursor` is the first case that is done with, so that it can go
    on after whatever ended the process (replay/jobs.py).
    """

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("finished")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    body = models.JSONField()  # of the policy
    body_sha256 = models.CharField(max_length=64)
    in_force = models.PositiveIntegerField()  # number of the policy in force, 0 for the built-in one
    in_force_body = models.JSONField()
    figures = models.JSONField()  # what else it was started with: {"default", "slugs", "seconds"} of queues
    last = models.PositiveIntegerField()  # how many cases were asked for
    cases = models.PositiveIntegerField(null=True)  # how many there are of them; null before it began
    done = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField()
    chunk = models.PositiveIntegerField(db_default=100_000)  # cases at once, fewer once they were too much
    tries = models.PositiveSmallIntegerField(db_default=0)  # in which the smallest chunk was too much
    tally = models.JSONField(default=dict)  # the counts so far; empty when it is over
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    why = models.TextField(default="", blank=True)  # it failed
    report = models.TextField(default="", blank=True)  # JSON text, byte for byte the same for the same inputs
    sha256 = models.CharField(max_length=64, default="", blank=True)  # of the report
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: a backend, by its key
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="running"), name="replay_running"),
            models.Index(fields=["body_sha256", "-id"], name="replay_of_body"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body_sha256", "in_force", "last"], condition=Q(state="running"), name="replay_running_once"
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | Q(state__in=["finished", "cancelled", "failed"], ended_at__isnull=False),
                name="replay_ended_when_over",
            ),
            models.CheckConstraint(condition=Q(report="") | Q(state="finished"), name="replay_reports_when_finished"),
        ]

    def __str__(self) -> str:
        return f"replay {self.pk}"

    @property
    def percent(self) -> int:
        if self.state == self.State.FINISHED:
            return 100
        return min(99, self.done * 100 // self.cases) if self.cases else 0
