from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models.callback_address import CallbackAddress
from moderation.models.case import Case


class Quarantined(models.Model):
    """A callback body that could not be read completely; kept as it was sent until it is replayed or dismissed.

    `errors` is [{"pointer", "detail"}] from the latest try to read it. The same body again while it waits is counted,
    not stored twice. An edited copy is stored beside the original.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        REPLAYED = "replayed", _("replayed")
        DISMISSED = "dismissed", _("dismissed")

    address = models.ForeignKey(CallbackAddress, models.PROTECT)
    received_at = models.DateTimeField(db_default=Now())
    last_received_at = models.DateTimeField(db_default=Now())
    times_received = models.PositiveIntegerField(default=1)
    body = models.BinaryField()
    content_type = models.CharField(max_length=200, default="", blank=True)
    sha256 = models.CharField(max_length=64)
    errors = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tried_at = models.DateTimeField(null=True)  # the latest replay, whatever its outcome
    replayed_at = models.DateTimeField(null=True)
    note = models.TextField(default="", blank=True)
    edited_body = models.BinaryField(null=True)
    edited_at = models.DateTimeField(null=True)
    edited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cases = models.ManyToManyField(Case, related_name="+")  # created from its readable results

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address", "sha256"], condition=Q(state="waiting"), name="quarantined_once_while_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "replayed", "dismissed"]), name="quarantined_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="replayed", replayed_at__isnull=False)
                | (~Q(state="replayed") & Q(replayed_at__isnull=True)),
                name="quarantined_replayed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(edited_body=None, edited_at=None, edited_by=None)
                | Q(edited_body__isnull=False, edited_at__isnull=False, edited_by__isnull=False),
                name="quarantined_edited_by_somebody",
            ),
            models.CheckConstraint(condition=Q(times_received__gte=1), name="quarantined_received_once"),
        ]
        indexes = [
            models.Index(fields=["state", "-last_received_at", "-id"], name="quarantined_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.sha256[:8]}"
