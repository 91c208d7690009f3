from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class PracticeSession(models.Model):
    """One pass of a person through the practice pictures. It has no reference to a customer's case, nor the reverse."""

    user = models.ForeignKey(User, models.CASCADE, related_name="practice_sessions")
    lease_token = models.UUIDField()  # the stage sends it with its calls, as for a case
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(finished_at=None), name="one_open_practice_session"),
        ]

    def __str__(self) -> str:
        return f"{self.user} practises"


class PracticeAnswer(models.Model):
    """What a person said about one practice picture, compared with the practice guideline."""

    class Act(models.TextChoices):
        PASS = "pass", _("pass")
        REJECT = "reject", _("reject")
        ESCALATE = "escalate", _("escalate")

    session = models.ForeignKey(PracticeSession, models.CASCADE, related_name="answers")
    lesson = models.CharField(max_length=40)
    decision_id = models.UUIDField(unique=True)  # made by the browser: the same one again is the same answer
    act = models.CharField(max_length=10, choices=Act.choices)
    reason = models.CharField(max_length=50, default="", blank=True)
    agrees = models.BooleanField()  # with the guideline
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "lesson"], name="practice_answer_once")]

    def __str__(self) -> str:
        return f"{self.lesson}: {self.act}"
