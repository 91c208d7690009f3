"""Check constraint for message columns: a code with its parameters (`moderation.messages`), or NULL."""

from __future__ import annotations

from django.db import models


def holds_a_code(field: str, *, name: str) -> models.CheckConstraint:
    """Refuses sentences in the column, which could be read in one language only."""
    none = models.Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(condition=none | models.Q(**{f"{field}__has_key": "code"}), name=name)
