from __future__ import annotations

from django.db import models


class DispatcherLease(models.Model):
    """The lease of the process that delivers, in the one row of this table; all times are by the database's clock.

    `looked_at` is when a process last looked for due deliveries, whether or not there were any.
    """

    name = models.CharField(primary_key=True, max_length=20)
    leased_by = models.CharField(max_length=200, default="")  # host and process, for people
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lease_token=None, leased_until=None)
                | models.Q(lease_token__isnull=False, leased_until__isnull=False),
                name="dispatcher_lease_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.leased_by or 'nobody'}"
