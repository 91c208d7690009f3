from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS

MAX_DESCRIPTION_CHARACTERS = 300


class OwnLabel(models.Model):
    """What one app's customer calls a rejection for a label of ours, and the labels below it: the `disposal` of its
    final results. The label `*` is the default disposition. `key` is what labels are compared by.
    """

    class Level(models.TextChoices):
        AS_DECIDED = "", _("as decided")
        PASS = "PASS", "PASS"
        REVIEW = "REVIEW", "REVIEW"
        REJECT = "REJECT", "REJECT"

    app = models.ForeignKey(App, models.CASCADE, related_name="own_labels", db_index=False)
    label = models.TextField(_("our label"))
    key = models.TextField(editable=False)
    risk_level = models.CharField("riskLevel", max_length=6, choices=Level.choices, default="", blank=True)
    risk_label1 = models.CharField("riskLabel1", max_length=MAX_IDENTIFIER_CHARACTERS)
    risk_label2 = models.CharField("riskLabel2", max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    risk_label3 = models.CharField("riskLabel3", max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    risk_description = models.CharField(
        "riskDescription", max_length=MAX_DESCRIPTION_CHARACTERS, default="", blank=True
    )

    class Meta:
        verbose_name = _("customer's own label")
        ordering = ["app", "key"]
        constraints = [
            models.UniqueConstraint(fields=["app", "key"], name="own_label_once_per_label"),
            models.CheckConstraint(condition=~Q(risk_label1=""), name="own_label_is_one"),
            models.CheckConstraint(condition=~Q(key="") & ~Q(label=""), name="own_label_of_a_label"),
            models.CheckConstraint(condition=~Q(risk_label2="") | Q(risk_label3=""), name="own_label_levels_in_order"),
            models.CheckConstraint(
                condition=Q(risk_level__in=["", "PASS", "REVIEW", "REJECT"]), name="own_label_level_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label
