from __future__ import annotations

from django.db import models

from accounts.models import App


class EngineHealth(models.Model):
    """When an engine of an app last answered, failed, or was not asked because it had failed too often in a row."""

    app = models.ForeignKey(App, models.CASCADE, db_index=False)
    engine = models.CharField(max_length=40)  # as it is named in results
    answered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.JSONField(null=True)  # a stored message
    rested_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "engine"], name="one_health_of_an_engine"),
            models.CheckConstraint(
                condition=models.Q(failed_at__isnull=True, failure__isnull=True)
                | models.Q(failed_at__isnull=False, failure__isnull=False),
                name="a_failure_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.app_id} {self.engine}"
