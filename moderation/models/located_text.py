from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from moderation.contract.geometry import Outline
from moderation.contract.positions import Stretch
from moderation.models.case import Case

SOON = timedelta(minutes=10)  # if not by then, the workers have more to do than they can


class LocatedText(models.Model):
    """Where marked words of a machine result lie on the picture, found by us because the result does not say it. A row
    that a worker leases and works off once the picture is there; the machine's result stays as it came.

    `places` are [{"start", "end", "at": [[eight numbers, whether it is turned], …]}]: a stretch of the recognised text,
    and the corners of the part of each line it lies on, in pixels of the upright original.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        GIVEN_UP = "given-up"

    # As in LabelScore, PostgreSQL checks no reference.
    case = models.ForeignKey(Case, models.CASCADE, related_name="located_texts", db_index=False, db_constraint=False)
    revision = models.PositiveIntegerField()  # of the machine result
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING, db_default=State.PENDING)
    places = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    engine = models.CharField(max_length=40, default="", db_default="", blank=True)  # that found the lines, and version
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)  # leases
    due_at = models.DateTimeField(db_default=Now())
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["due_at"], condition=Q(state="pending"), name="located_text_due")]
        constraints = [
            models.UniqueConstraint(fields=["case", "revision"], name="located_text_once"),
            models.CheckConstraint(condition=Q(state__in=["pending", "done", "given-up"]), name="located_text_state"),
        ]

    def __str__(self) -> str:
        return f"text of {self.case_id} revision {self.revision}: {self.state}"

    @property
    def is_coming(self) -> bool:
        """Whether places may come soon, so that it is worth asking again."""
        return self.state == self.State.PENDING and timezone.now() - self.created_at < SOON

    @property
    def outlines(self) -> dict[Stretch, list[Outline]]:
        return {
            (place["start"], place["end"]): [Outline.of(tuple(at), is_turned=turned) for at, turned in place["at"]]
            for place in self.places
        }
