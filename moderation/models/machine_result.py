from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.functions import Now

from moderation.contract import json_text
from moderation.contract.parse import read_stored
from moderation.contract.values import LabelPath, Result
from moderation.models.case import Case
from moderation.models.located_text import LocatedText
from moderation.models.policy_version import PolicyVersion


class MachineResult(models.Model):
    """The machine's result for a case: complete, one row per revision. What it says never changes.

    `raw` is the result object as JSON text, numbers and key order as sent. `route` is the policy's decision, and
    another one once its request is known or a verdict that stood is undone:
    {"outcome", "why", "queue", "terms": [{"term", "minutes", "why"}], "rule": {"position", "name"} or null, "policy",
    "subject": {"decided", "rejected"}}, and "dueAt" where a task was made or moved; where a section of the policy fits
    also "section" and "chain", and "riskLevel" when it decided alone.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="machine_results")
    revision = models.PositiveIntegerField()
    raw = models.TextField()
    # The machine's result that this one is the head of, with the head merged in: a reviewer's body without evidence.
    merged = models.TextField(null=True)
    raw_sha256 = models.CharField(max_length=64)
    shape = models.CharField(max_length=20)
    code = models.IntegerField()
    risk_level = models.CharField(max_length=6, default="", blank=True)
    risk_label1 = models.TextField(default="", blank=True)
    risk_label2 = models.TextField(default="", blank=True)
    risk_label3 = models.TextField(default="", blank=True)
    result_type = models.SmallIntegerField(default=0)
    final_result = models.SmallIntegerField(default=1)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True)  # null: the built-in policy
    route = models.JSONField()
    # Words of our own lists in the recognised text: [{"list", "word", "start", "end"}].
    listed = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "revision"], name="machine_result_revision_once"),
            models.UniqueConstraint(fields=["case", "raw_sha256"], name="machine_result_body_once"),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="machine_result_revision_from_one"),
        ]
        indexes = [
            models.Index(fields=["risk_label1", "risk_label2", "risk_label3"], name="machine_result_by_label"),
        ]

    def __str__(self) -> str:
        return f"{self.case} revision {self.revision}"

    @cached_property
    def body(self) -> Any:
        """The body that is shown and answered, parsed once per instance. Do not change it: `result` is read from it."""
        return json_text.loads((self.merged or self.raw).encode())

    @cached_property
    def result(self) -> Result:
        """The machine's result, parsed once per instance."""
        return read_stored(self.body)

    @cached_property
    def located(self) -> LocatedText | None:
        """Where we found its marked words; None where nothing is looked for. `machine_results` reads it too."""
        return LocatedText.objects.filter(case_id=self.case_id, revision=self.revision).first()

    @property
    def path(self) -> LabelPath:
        return LabelPath(self.risk_label1, self.risk_label2, self.risk_label3)
