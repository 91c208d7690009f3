from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SavedView(models.Model):
    """A saved search: `query` is the query string of the search page, known filters only."""

    owner = models.ForeignKey(User, models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(max_length=2000)
    shared = models.BooleanField(_("shared with colleagues"), default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_name_once_per_owner")]

    def __str__(self) -> str:
        return self.name
