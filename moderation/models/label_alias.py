from __future__ import annotations

from django.db import models
from django.db.models import Q

from moderation.contract.values import LabelPath
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS, Label


class LabelAlias(models.Model):
    """Other identifiers by which senders name a label: a path that stands for it, and for what is below it. `key` is
    what paths are compared by (`moderation.labels.aliases`).
    """

    label = models.ForeignKey(Label, models.CASCADE, related_name="aliases")
    risk_label1 = models.CharField(max_length=MAX_IDENTIFIER_CHARACTERS)
    risk_label2 = models.CharField(max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    risk_label3 = models.CharField(max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    key = models.TextField(unique=True)

    class Meta:
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(condition=~Q(key="") & ~Q(risk_label1=""), name="label_alias_is_a_path"),
            models.CheckConstraint(
                condition=~Q(risk_label2="") | Q(risk_label3=""), name="label_alias_levels_in_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> LabelPath:
        return LabelPath(self.risk_label1, self.risk_label2, self.risk_label3)
