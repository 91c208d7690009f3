from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import App


class GatewayCall(models.Model):
    """A picture that a call of the gateway gave with a `callback`, until it is moderated: then its case has everything.

    `request` is the call's body as JSON text, without access key and pixels; `upload` is the picture-store key of
    pixels that were sent. A worker leases the row; one that dies leaves it to the next.
    """

    app = models.ForeignKey(App, models.CASCADE)
    request_id = models.CharField("requestId", max_length=128)
    bt_id = models.CharField("btId", max_length=128, default="", blank=True)
    key_name = models.CharField(max_length=150)  # whose call it was
    request = models.TextField()
    upload = models.CharField(max_length=160, default="", blank=True)
    callback = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)  # leases, the present one included

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "request_id", "bt_id"], name="gateway_call_once"),
        ]
        indexes = [models.Index(fields=["due_at"], name="gateway_call_due")]

    def __str__(self) -> str:
        return f"{self.request_id}_{self.bt_id}" if self.bt_id else self.request_id


class StreamDetection(models.Model):
    """A risk that was told of a frame of a video stream, so that later frames do not tell it again and again
    (`streamInfo.similarDedup`). `frame_at_ms` is the frame's own time, `category` the canonical level 1 of the label.
    """

    app = models.ForeignKey(App, models.CASCADE)
    stream_id = models.CharField(max_length=64)
    category = models.CharField(max_length=128)
    frame_at_ms = models.BigIntegerField()
    is_rejected = models.BooleanField()  # a REJECT is told although a REVIEW was, not the other way round
    full_id = models.CharField(max_length=260)  # of the case that told it
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["app", "stream_id", "category", "frame_at_ms"], name="stream_detection_in_window"),
        ]

    def __str__(self) -> str:
        return f"{self.category} in {self.stream_id}"
