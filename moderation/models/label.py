from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from moderation.contract.values import LabelPath

MAX_IDENTIFIER_CHARACTERS = 128
MAX_NAME_CHARACTERS = 150


class Label(models.Model):
    """A `riskLabel1/2/3` path with its names. "" is a level that is not given.

    Level 1 is canonical (folded through aliases), levels 2 and 3 are as sent. `severity` null: as the level above.
    """

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("critical")
        HIGH = "high", _("high")
        MODERATE = "moderate", _("moderate")
        LOW = "low", _("low")

    class Source(models.TextChoices):
        PRODUCT = "product", _("named by the product")
        SEEN = "seen", _("seen in a result")

    risk_label1 = models.CharField("riskLabel1", max_length=MAX_IDENTIFIER_CHARACTERS)
    risk_label2 = models.CharField("riskLabel2", max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    risk_label3 = models.CharField("riskLabel3", max_length=MAX_IDENTIFIER_CHARACTERS, default="", blank=True)
    raw_risk_label1 = models.CharField(max_length=MAX_IDENTIFIER_CHARACTERS)  # as first seen: "Politics", "polity"
    name_en = models.CharField(_("English name"), max_length=MAX_NAME_CHARACTERS, default="", blank=True)
    name_zh = models.CharField(_("Chinese name"), max_length=MAX_NAME_CHARACTERS, default="", blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, db_default=Source.SEEN)
    first_seen_at = models.DateTimeField(null=True, db_default=Now())  # null: the product names it, seen or not

    class Meta:
        ordering = ["risk_label1", "risk_label2", "risk_label3"]
        constraints = [
            models.UniqueConstraint(fields=["risk_label1", "risk_label2", "risk_label3"], name="label_once"),
            models.CheckConstraint(condition=~Q(risk_label1__in=["", "normal"]), name="label_is_one"),
            models.CheckConstraint(
                condition=Q(severity=None) | Q(severity__in=["critical", "high", "moderate", "low"]),
                name="label_severity_known",
            ),
            models.CheckConstraint(
                condition=Q(source="product", first_seen_at=None) | Q(source="seen", first_seen_at__isnull=False),
                name="label_seen_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> LabelPath:
        return LabelPath(self.risk_label1, self.risk_label2, self.risk_label3)


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
