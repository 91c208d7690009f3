from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from moderation.models.case import Case
from moderation.models.final_result import FinalResult
from moderation.models.stored_message import holds_a_code
from moderation.models.webhooks.endpoint import Endpoint
from moderation.models.webhooks.redelivery import Redelivery


class Delivery(models.Model):
    """The delivery of one result to one endpoint. Its row is the retry schedule; its payload never changes, but may
    be erased once it is over.
    """

    class State(models.TextChoices):
        """In the order in which they want to be looked at."""

        PENDING = "pending", _("pending")
        PAUSED = "paused", _("paused")
        DEAD = "dead", _("dead")
        DELIVERED = "delivered", _("delivered")
        CANCELLED = "cancelled", _("cancelled")

    webhook_id = models.CharField(max_length=64, unique=True)
    endpoint = models.ForeignKey(Endpoint, models.PROTECT, related_name="deliveries")
    final_result = models.ForeignKey(FinalResult, models.CASCADE, null=True, related_name="deliveries")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="deliveries")
    revision = models.PositiveIntegerField(default=1)
    type = models.CharField(max_length=30)
    payload = models.TextField()  # the exact body, "" once it is erased; each attempt signs it anew
    url = models.TextField(default="", db_default="", blank=True)  # of a gateway's callback; "": its endpoint's
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    why = models.JSONField(null=True)  # a message: how the last attempt failed, or why it was cancelled
    attempts_made = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    # The last redelivery of many that it was part of.
    redelivery = models.ForeignKey(Redelivery, models.PROTECT, null=True, db_index=False, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["endpoint", "due_at", "id"], condition=Q(state="pending"), name="delivery_due"),
            models.Index(
                fields=["case", "endpoint", "revision"],
                condition=Q(state__in=["pending", "paused"]),
                name="delivery_unfinished_of_case",
            ),
            # With the case, so that the board counts cases without reading the rows.
            models.Index(fields=["endpoint", "state", "id"], include=["case"], name="delivery_by_endpoint"),
            models.Index(
                fields=["redelivery", "due_at"],
                condition=Q(state="pending", redelivery__isnull=False),
                name="delivery_of_redelivery",
            ),
            models.Index(fields=["id"], condition=Q(state="dead"), name="delivery_dead"),
            models.Index(fields=["case"], condition=Q(state="dead"), name="delivery_dead_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["final_result", "endpoint"], name="delivery_once_per_endpoint"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "paused"], ended_at=None)
                | Q(state__in=["delivered", "dead", "cancelled"], ended_at__isnull=False),
                name="delivery_ended_when_over",
            ),
            holds_a_code("why", name="delivery_why_is_code"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} ({self.state})"


class Attempt(models.Model):
    """One attempt to deliver. `status` is null when there was no HTTP response; `reply` is its first 4 KiB."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    why = models.JSONField(null=True)  # a message: how it failed
    reply = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="attempt_number_once"),
            holds_a_code("why", name="attempt_why_is_code"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"
