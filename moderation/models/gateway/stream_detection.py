from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import App


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
