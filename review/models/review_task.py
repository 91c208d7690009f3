from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models import Case
from moderation.models.stored_message import holds_a_code
from review.models.queue import Queue

IS_LEASED = Q(leased_until__gte=Now())
"""Whether the task is leased now, for queries; `~IS_LEASED` is free: the lease expired or there never was one."""
IS_LEASED_SQL = "task.leased_until >= clock_timestamp()"
"""The same in SQL, for the alias `task`; NULL when there is no lease."""


class ReviewTask(models.Model):
    """A case waiting in one queue for one verdict. The lease is on the row: `leased_by`, `leased_until`, `lease_token`.

    `rank_at` is the place in the queue: `due_at` less the minutes of every term in `priority`. `round` counts how often
    the case was queued; a reopened case is a new round.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        GROUPED = "grouped", _("decided with another")
        ESCALATED = "escalated", _("escalated")
        SNOOZED = "snoozed", _("snoozed")
        DECIDED = "decided", _("decided")
        CLOSED = "closed", _("closed without a decision")

    case = models.ForeignKey(Case, models.CASCADE, related_name="review_tasks")
    round = models.PositiveSmallIntegerField(default=1)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tasks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rank_at = models.DateTimeField()
    priority = models.JSONField(default=list)  # [{"term", "minutes", "why": message}]
    why = models.JSONField(null=True)  # a message: why it waits here
    machine_revision = models.PositiveIntegerField(default=1)

    # What one decision can answer together: frames of one stream, copies of one picture.
    grouped_with = models.ForeignKey("self", models.PROTECT, null=True, related_name="grouped")
    top_label = models.TextField(default="", db_default="", blank=True)  # the machine's label path, level 1 canonical
    severity = models.CharField(max_length=10, default="", db_default="", blank=True)  # its worst label's, when routed
    stream_id = models.CharField("streamId", max_length=64, default="", db_default="", blank=True)
    frame_time_ms = models.BigIntegerField("frameTime", null=True)  # Unix milliseconds

    leased_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    leased_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    escalated_at = models.DateTimeField(null=True)
    """Since when it is for the leads, whoever escalated it. Kept while the task is snoozed, and when it is decided, so
    that both return it to them; only taking the escalation back clears it."""

    # Escalated, snoozed or assigned: to whom, until when, and the note left for them and its author.
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    wait_until = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    noted_at = models.DateTimeField(null=True)

    created_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            # One scan per queue reads its head, however long other queues are.
            models.Index(fields=["queue", "rank_at", "id"], condition=Q(state="waiting"), name="task_line"),
            models.Index(fields=["queue", "rank_at", "id"], condition=Q(state="escalated"), name="task_escalated"),
            # The same for a grid, whose pages are of one label.
            models.Index(
                fields=["queue", "top_label", "rank_at", "id"],
                condition=Q(state="waiting") & ~Q(severity="critical"),
                name="task_grid",
            ),
            models.Index(
                fields=["stream_id", "frame_time_ms"],
                condition=~Q(stream_id="") & Q(closed_at=None, grouped_with=None),
                name="task_of_stream",
            ),
            models.Index(fields=["leased_by"], condition=Q(leased_by__isnull=False), name="task_leased_by"),
            models.Index(fields=["wait_until"], condition=Q(state="snoozed"), name="task_snoozed"),
            models.Index(fields=["case", "queue"], condition=Q(state="closed"), name="task_closed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="task_once_per_round"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(closed_at=None),
                name="one_open_task_per_case",
            ),
            models.CheckConstraint(
                condition=Q(leased_by=None, leased_until=None, lease_token=None)
                | Q(leased_by__isnull=False, leased_until__isnull=False, lease_token__isnull=False),
                name="task_lease_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "grouped", "escalated", "snoozed"], closed_at=None)
                | Q(state__in=["decided", "closed"], closed_at__isnull=False, leased_by=None),
                name="task_closed_when_over",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "grouped", "escalated"])
                | Q(state__in=["waiting", "grouped"], escalated_at=None)
                | Q(state="escalated", escalated_at__isnull=False),
                name="task_escalated_at_fits_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="grouped") | Q(grouped_with__isnull=False, leased_by=None),
                name="grouped_task_is_not_leased",
            ),
            models.CheckConstraint(
                condition=Q(noted_by=None, noted_at=None) | Q(noted_by__isnull=False, noted_at__isnull=False),
                name="task_note_is_signed",
            ),
            holds_a_code("why", name="task_why_is_code"),
        ]

    def __str__(self) -> str:
        return f"{self.case} in {self.queue} ({self.state})"

    def is_leased(self, *, at: datetime) -> bool:
        """The same for a row: whether it is leased at this time, by the database's clock."""
        return self.leased_until is not None and self.leased_until >= at

    def leave_note(self, text: str, *, by: User, at: datetime) -> None:
        """For the task's next reviewer; the audit keeps the previous note. The caller saves."""
        self.note, self.noted_by, self.noted_at = text, by, at
