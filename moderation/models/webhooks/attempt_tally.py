from __future__ import annotations

from django.db import models

from moderation.models.stored_message import holds_a_code
from moderation.models.webhooks.endpoint import Endpoint


class AttemptTally(models.Model):
    """The attempts at one endpoint in one half hour that took about as long (moderation/durations.py), counted as they
    end, so that no page counts a million rows.
    """

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="tallies")
    began_at = models.DateTimeField()
    step = models.PositiveSmallIntegerField()  # how long they took
    delivered = models.PositiveIntegerField(default=0)
    delivered_at_once = models.PositiveIntegerField(default=0)  # at their first attempt
    failed = models.PositiveIntegerField(default=0)
    last_failure_at = models.DateTimeField(null=True)
    last_failure = models.JSONField(null=True)  # a message

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "began_at", "step"], name="attempt_tally_once"),
            holds_a_code("last_failure", name="attempt_tally_failure_is_code"),
        ]

    def __str__(self) -> str:
        return f"attempts at {self.endpoint_id} from {self.began_at}"
