from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Run(models.Model):
    """A list of tasks that a person reviews in its order, on the stage, and the list it came from.

    It is theirs alone. What became of each task is read from the tasks, never kept here.
    """

    class Source(models.TextChoices):
        CASES = "cases", _("Cases")
        ESCALATED = "escalated", _("Escalated")
        ASSIGNED = "assigned", _("Assigned to me")
        SECOND_OPINIONS = "opinions", _("Second opinions")
        SKIPPED = "skipped", _("Skipped by me")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, models.CASCADE, related_name="runs")
    source = models.CharField(max_length=10, choices=Source.choices)
    name = models.CharField(max_length=200, default="", blank=True)  # of the list, in its person's language
    back = models.CharField(max_length=2000)  # the list's path
    tasks = ArrayField(models.BigIntegerField())
    listed = models.PositiveIntegerField()  # how many cases the list had, those that cannot be reviewed included
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["owner", "-created_at"], name="run_by_owner")]

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {len(self.tasks)}"
