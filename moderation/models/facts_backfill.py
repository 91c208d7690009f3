from __future__ import annotations

from django.db import models


class FactsBackfill(models.Model):
    """How far cases of before facts and scores were stored have theirs by now; one row, made with the tables. Newest
    first: cases up to `below` are left, of ids up to `since`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    below = models.BigIntegerField()
    since = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_facts_backfill")]

    def __str__(self) -> str:
        return f"facts of cases up to {self.below} are missing"
