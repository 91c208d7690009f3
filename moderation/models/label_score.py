from __future__ import annotations

from django.db import models
from django.db.models import Q

from moderation.models.case import Case

LEVELS = ["", "PASS", "REVIEW", "REJECT"]


class LabelScore(models.Model):
    """One label of the result that a case stands on, as policy asks for it; the result's facts are in ResultFacts.

    `label` is the key that a threshold of exactly this label has (`policy.sections.keys`): its category's own name, the
    other levels case-folded, "*" without a first level. `spelt` tells the levels as they were sent where the key does
    not, see `policy.stored_facts`. `place` counts the labels of a result from 0.
    """

    pk = models.CompositePrimaryKey("case_id", "place")
    # PostgreSQL checks no reference: for three labels a result it costs intake several percent (decision 35).
    case = models.ForeignKey(Case, models.CASCADE, related_name="label_scores", db_index=False, db_constraint=False)
    place = models.SmallIntegerField()
    label = models.TextField(db_collation="C")
    spelt = models.TextField(null=True, db_collation="C")
    score = models.SmallIntegerField(null=True)  # 0 to 1000; null without a probability
    probability = models.FloatField(null=True)  # rules ask for it, which is finer than the score
    confidence_level = models.IntegerField(null=True)
    risk_level = models.CharField(max_length=6, default="", blank=True)  # the label's own, "" where it has none

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(risk_level__in=LEVELS), name="label_score_level_known"),
            models.CheckConstraint(
                # PostgreSQL refuses what is false, not what is unknown: each is asked whether it is null.
                condition=Q(score=None, probability=None)
                | Q(score__isnull=False, score__gte=0, score__lte=1000)
                & Q(probability__isnull=False, probability__gte=0, probability__lte=1),
                name="label_score_of_a_probability",
            ),
        ]
        indexes = [
            models.Index(fields=["label", "case"], include=["score"], name="label_score_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.score}"
