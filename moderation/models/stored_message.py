"""What a column for messages may hold: a code with its parameters (`moderation.messages`), or NULL."""

from __future__ import annotations

from django.db import models


def holds_a_code(field: str, *, name: str) -> models.CheckConstraint:
    """A sentence in the column would be read in one language only."""
    none = models.Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(condition=none | models.Q(**{f"{field}__has_key": "code"}), name=name)
