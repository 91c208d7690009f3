from __future__ import annotations

from django.db import models

from accounts.models import App


class CallTally(models.Model):
    """The pictures of one app that took about as long (moderation/durations.py) in one slot of time: in the gateway as
    a whole (`engine` is ""), or in one engine. Slots are minutes at first and quarters of an hour later.
    """

    app = models.ForeignKey(App, models.CASCADE, db_index=False)
    engine = models.CharField(max_length=40)  # as it is named in results
    began_at = models.DateTimeField()
    slot_seconds = models.PositiveSmallIntegerField()
    step = models.PositiveSmallIntegerField()  # how long they took
    calls = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)  # not answered with PASS
    milliseconds = models.PositiveBigIntegerField(default=0)  # together

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["began_at", "slot_seconds", "app", "engine", "step"], name="call_tally_once"
            ),
        ]

    def __str__(self) -> str:
        return f"calls of {self.app_id} {self.engine or 'gateway'} from {self.began_at}"
