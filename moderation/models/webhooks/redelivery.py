from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Redelivery(models.Model):
    """Many deliveries to be made once more, in the order of their ids. `cursor` is the last one that is done with, so
    that it can stop and go on anywhere (webhooks/redeliver_all.py).
    """

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        CANCELLED = "cancelled", _("cancelled")
        FINISHED = "finished", _("finished")

    filters = models.JSONField()  # as in the URL of the delivery log
    counted = models.PositiveIntegerField()  # before it began; `counted_more`: at least so many
    counted_more = models.BooleanField(default=False)
    last_id = models.BigIntegerField()  # later deliveries are no part of it
    cursor = models.BigIntegerField(default=0)
    redelivered = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)  # a correction has followed, or the endpoint is deleted
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(state="running"), name="redelivery_running")]
        constraints = [
            models.UniqueConstraint(fields=["filters"], condition=Q(state="running"), name="redelivery_running_once"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | Q(state__in=["cancelled", "finished"], ended_at__isnull=False),
                name="redelivery_ended_when_over",
            ),
        ]

    def __str__(self) -> str:
        return f"redelivery {self.pk}"
