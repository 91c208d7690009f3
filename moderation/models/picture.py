from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from moderation.models.case import Case
from moderation.models.stored_message import holds_a_code


class Frame(NamedTuple):
    """One frame of an animation: its number in the source, from 0, and the keys of its renditions."""

    number: int
    web: str
    preview: str


class Picture(models.Model):
    """Our copy of a picture, by the SHA-256 of the bytes it was made from. Only re-encoded pixels are kept.

    `width` and `height` are of the upright original, in pixels; the renditions are smaller. Their names are keys in
    the picture store; each ends in the SHA-256 of its own content. `kept_frames` is empty for a still picture.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)
    frames = models.PositiveIntegerField(default=1)
    web = models.CharField(max_length=100)
    preview = models.CharField(max_length=100)
    blurred = models.CharField(max_length=100, default="")
    # Lighter steps of blur; "" in pictures from before there were any.
    blurred_light = models.CharField(max_length=100, default="", blank=True, db_default="")
    blurred_medium = models.CharField(max_length=100, default="", blank=True, db_default="")
    thumbnail = models.CharField(max_length=100)
    # At full size; "" where `web` has it, for animations, and where it would have cost too much.
    full = models.CharField(max_length=100, default="", blank=True, db_default="")
    # In the row, not in rows of their own: a lease reads ten pictures, and must not need another query for them.
    frame_keys = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    incomplete = models.BooleanField(default=False, db_default=False)  # the file ends early or breaks
    files_lost = models.BooleanField(default=False, db_default=False)  # not in the store any more: made anew when sent
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.format} {self.width} × {self.height}"

    @property
    def blurs(self) -> tuple[str, str, str]:
        """The copies by strength of blur, from 1; where there is no lighter one, the strongest."""
        return (self.blurred_light or self.blurred, self.blurred_medium or self.blurred, self.blurred)

    @property
    def kept_frames(self) -> tuple[Frame, ...]:
        return tuple(Frame(*keys) for keys in self.frame_keys)


class Upload(models.Model):
    """Bytes sent with a result that are in the picture store, or were about to be put there."""

    key = models.CharField(max_length=160, primary_key=True)
    stored_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return self.key


LATE_AFTER_FAILURES = 3


class PictureFetch(models.Model):
    """The fetch of one case's picture: a row that a worker leases and works off."""

    class State(models.TextChoices):
        PENDING = "pending", _("being fetched")
        READY = "ready", _("ready")
        UNAVAILABLE = "unavailable", _("cannot be shown")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="picture_fetch")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    why = models.JSONField(null=True)  # a message: why it cannot be shown
    url = models.TextField(default="", blank=True)
    backup_url = models.TextField(default="", blank=True)
    upload = models.CharField(max_length=160, default="", blank=True)  # store key of bytes sent as base64
    verify_tls = models.BooleanField(default=True)
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, db_index=False)  # an index below begins with it
    attempts = models.PositiveSmallIntegerField(default=0)  # leases whose worker has not reported an outcome
    store_failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)  # consecutive temporary failures
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="pending"), name="picture_fetch_due"),
            models.Index(fields=["picture", "-case"], name="picture_fetch_of_picture"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="ready", picture__isnull=False) | ~models.Q(state="ready"),
                name="ready_fetch_has_picture",
            ),
            holds_a_code("why", name="picture_fetch_why_is_code"),
        ]

    def __str__(self) -> str:
        return f"picture of {self.case_id}: {self.state}"

    @property
    def next_try_at(self) -> datetime | None:
        """When it is tried again after a temporary failure, else None."""
        waits = self.state == self.State.PENDING and (self.failures or self.store_failures)
        return self.due_at if waits else None

    @property
    def is_late(self) -> bool:
        """Whether the picture store failed so often that moderators should not wait for this picture."""
        return self.state == self.State.PENDING and self.store_failures >= LATE_AFTER_FAILURES
