from __future__ import annotations

from django.db import models


class Edition(models.Model):
    """How often something that processes remember was changed: "policy", "labels", "word lists".

    One short read tells a process whether what it remembers still holds.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
