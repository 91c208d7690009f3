from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Preferences(models.Model):
    """A person's settings of the stage. The one row without a person is the organisation's default.

    `filter` is how pictures are blurred: {"blur": 0 to 3, "grayscale": bool, "categories": {risk_label1: {"blur",
    "grayscale"}}}; null means the organisation's default. `keys` is {act: [key, …]} where they differ from ours.
    """

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    filter = models.JSONField(null=True)
    keys = models.JSONField(default=dict)
    letters = models.BooleanField(default=True)  # whether single letters act at all (WCAG 2.1.4)

    class Meta:
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(fields=["user"], nulls_distinct=False, name="preferences_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user or 'the organisation'}"
