from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now

from accounts.models import App, User


class TriedPicture(models.Model):
    """A picture that a person had moderated on the page for trying one. Forgotten after a day, with the picture.

    `request` is the call's body as JSON text, without pixels; `upload` the picture-store key of those. `steps` is what
    was reached so far (moderation/gateway/asked.py), `answer` the v4 body, "" until there is one.

    Of one that was `only_answered` there is no case: `judged` has the fields of the MachineResult that it would have,
    and `shown` is the picture-store key of our copy.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(User, models.CASCADE)
    app = models.ForeignKey(App, models.CASCADE)
    request_id = models.CharField("requestId", max_length=32, unique=True)
    name = models.CharField(max_length=200)  # of the file, or the address
    request = models.TextField()
    upload = models.CharField(max_length=160, default="", blank=True)
    bytes = models.PositiveIntegerField(default=0)
    only_answered = models.BooleanField(default=False, db_default=False)
    judged = models.JSONField(null=True)
    shown = models.CharField(max_length=160, default="", db_default="", blank=True)
    steps = models.JSONField(default=list)
    answer = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["by", "-created_at"], name="tried_picture_by")]

    def __str__(self) -> str:
        return f"{self.name}, tried by {self.by_id}"
