from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AccountingAnchor(models.Model):
    """Up to which ids every result is accounted for and closed, in the one row of this table: a check reads newer
    results, and those still open.
    """

    name = models.CharField(primary_key=True, max_length=20)
    case_id = models.BigIntegerField(default=0)
    final_result_id = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name}: case {self.case_id}, result {self.final_result_id}"
