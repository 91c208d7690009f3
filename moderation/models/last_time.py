from __future__ import annotations

from django.db import models


class LastTime(models.Model):
    """When something last happened that the health page tells: a worker looked for work, a backup was made."""

    name = models.CharField(primary_key=True, max_length=20)
    by = models.CharField(max_length=320)  # a process with its host, or a person
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.at}"
