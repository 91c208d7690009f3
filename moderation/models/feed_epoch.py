from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class FeedEpoch(models.Model):
    """The epoch in which the event numbers of `/api/v1/events` are valid, in the one row of this table.

    `epoch` is random and part of every cursor. `system_identifier` is that of the PostgreSQL cluster it was created in:
    a standby has its primary's, a restored dump has not. 0 where the database does not reveal it.
    """

    name = models.CharField(primary_key=True, max_length=20)
    epoch = models.BigIntegerField()
    system_identifier = models.BigIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} {self.epoch}"
