from __future__ import annotations

from django.db import models


class CacheVersion(models.Model):
    """When something that processes remember was changed last: "policy", "labels", "word lists"; "apps" and "queues",
    whose tables say so by themselves.

    `number` is the clock's microseconds, and rises with every change. One short read tells a process whether what it
    remembers still holds.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
