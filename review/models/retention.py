from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from review.models.queue import Queue

LONGEST_DAYS = 36_500


class RetentionRule(models.Model):
    """How many days pictures, bodies and records are kept, of cases of a queue, of a label, of both, or of all. None
    leaves it to a less specific rule, 0 keeps them for ever. `label` is a path like porn/nudity, "" for every label.
    """

    queue = models.ForeignKey(Queue, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("queue"))
    label = models.CharField(_("label"), max_length=400, default="", blank=True)
    pictures_days = models.PositiveIntegerField(
        _("pictures"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_DAYS)]
    )
    bodies_days = models.PositiveIntegerField(
        _("texts"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_DAYS)]
    )
    records_days = models.PositiveIntegerField(
        _("records"), null=True, blank=True, validators=[MaxValueValidator(LONGEST_DAYS)]
    )
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("retention rule"), _("retention rules")
        constraints = [
            models.UniqueConstraint(fields=["queue", "label"], name="retention_rule_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=(Q(pictures_days=None) | Q(pictures_days__lte=LONGEST_DAYS))
                & (Q(bodies_days=None) | Q(bodies_days__lte=LONGEST_DAYS))
                & (Q(records_days=None) | Q(records_days__lte=LONGEST_DAYS)),
                name="retention_ends_one_day",
            ),
        ]

    def __str__(self) -> str:
        places = [str(one) for one in (self.queue, self.label) if one]
        return " · ".join(places) or str(_("everything"))

    @property
    def is_default(self) -> bool:
        """Whether it is the one rule for all that no other rule says."""
        return self.queue_id is None and not self.label


class RetentionRun(models.Model):
    """One walk over all cases that may be due, oldest first. `cursor_at` and `cursor_case` are of the last case that is
    done with; they change in the transaction in which cases are erased, so that it goes on after whatever ended it.
    """

    began_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    cursor_at = models.DateTimeField()
    cursor_case = models.BigIntegerField(default=0)
    cases = models.PositiveBigIntegerField(default=0)  # that it has looked at
    pictures = models.PositiveBigIntegerField(default=0)
    bodies = models.PositiveBigIntegerField(default=0)
    records = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name, verbose_name_plural = _("retention run"), _("retention runs")
        constraints = [
            models.UniqueConstraint(
                models.Value(1, output_field=models.SmallIntegerField()),
                condition=Q(ended_at=None),
                name="one_retention_run_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"retention run {self.pk}"
