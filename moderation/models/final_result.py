from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.models import App
from moderation.models.case import Case


class FinalResult(models.Model):
    """The final result of a case, in revisions. `resultType` 1 from a person, 0 when policy decides alone.

    `body` is the image v4 result as JSON text, frozen. A result is released to the customer at `release_at`; one undone
    before that has `voided_at` and was never delivered, so its revision number is used again.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="final_results")
    revision = models.PositiveIntegerField()
    result_type = models.SmallIntegerField()
    risk_level = models.CharField(max_length=6)
    risk_label1 = models.TextField(default="", blank=True)
    risk_label2 = models.TextField(default="", blank=True)
    risk_label3 = models.TextField(default="", blank=True)
    body = models.TextField()
    decision_id = models.UUIDField(null=True)  # one decision can answer several cases
    policy = models.JSONField(null=True, editable=False)  # when it decided alone: {"version", "chain"}
    decided_at = models.DateTimeField(db_default=Now())
    release_at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    # For how many endpoints it was put in the outbox; null for results from before this was counted.
    deliveries_made = models.PositiveIntegerField(null=True, editable=False)
    # Its position in the list of events, assigned once it is released; with its app, to read one app's events alone.
    event_number = models.BigIntegerField(null=True, unique=True, editable=False)
    event_app = models.ForeignKey(App, models.PROTECT, null=True, db_index=False, editable=False, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["release_at", "id"],
                condition=models.Q(event_number=None, voided_at=None),
                name="final_result_without_number",
            ),
            models.Index(
                fields=["event_app", "event_number"],
                condition=models.Q(event_number__isnull=False),
                name="final_result_events_of_app",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "revision"],
                condition=models.Q(voided_at=None),
                name="final_result_revision_once",
            ),
            models.UniqueConstraint(fields=["decision_id", "case"], name="final_result_once_per_decision"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="final_result_revision_from_one"),
            models.CheckConstraint(condition=models.Q(risk_level__in=["PASS", "REJECT"]), name="final_result_level"),
            models.CheckConstraint(
                condition=models.Q(result_type=0, decision_id=None) | models.Q(result_type=1),
                name="only_people_carry_decisions",
            ),
            models.CheckConstraint(
                condition=models.Q(policy__isnull=True) | models.Q(result_type=0), name="only_policy_carries_a_chain"
            ),
            models.CheckConstraint(
                condition=models.Q(event_number=None, event_app=None)
                | models.Q(event_number__isnull=False, event_app__isnull=False, voided_at=None),
                name="final_result_told_is_not_voided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.risk_level} (revision {self.revision})"
