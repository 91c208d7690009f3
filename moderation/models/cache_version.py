from __future__ import annotations

from django.db import models


class CacheVersion(models.Model):
    """When something that processes cache was changed last: "policy", "labels", "word lists"; "apps" and "queues",
    whose tables update it by triggers.

    `number` is the clock's microseconds, and rises with every change. One short read shows a process whether its
    cached value is still current.
    """

    name = models.CharField(primary_key=True, max_length=20)
    number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
