from __future__ import annotations

from django.db import models

from accounts.roles import Role


class SecondFactorRule(models.Model):
    """From this day on everybody with the role needs a second factor. No row: nobody does."""

    role = models.CharField(max_length=20, choices=Role.choices, unique=True)
    required_from = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="second_factor_rule_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.role} from {self.required_from}"
