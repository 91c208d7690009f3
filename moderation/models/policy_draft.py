from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import User
from moderation.models.case import Case

THE_DRAFT = 1  # the key of the only row


class PolicyDraft(models.Model):
    """The draft of the policy that everybody edits. `body` null: nothing is drafted.

    `base` is the number of the policy in force that it began with, 0 for the built-in one. `version` rises whenever the
    body changes, also when it is published or discarded, so that no page opened earlier takes it for what it showed.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_DRAFT)
    body = models.JSONField(null=True)
    base = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(null=True)
    saved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    saved_by_name = models.CharField(max_length=320, default="")  # as the audit log has it: a key, too
    # Since when intake evaluates it beside the policy in force; null when it does not.
    shadow_since = models.DateTimeField(null=True)
    shadow_run = models.PositiveIntegerField(db_default=0)  # how many times one was put in shadow

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=THE_DRAFT), name="one_policy_draft"),
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(saved_at=None, shadow_since=None), name="no_draft_no_shadow"
            ),
        ]

    def __str__(self) -> str:
        return f"draft of policy {self.base}, version {self.version}"


class SavedDraft(models.Model):
    """The draft as one save left it, null where nothing was drafted any more: what a page that was opened then has in
    common with what others saved since.
    """

    version = models.PositiveIntegerField(primary_key=True)
    body = models.JSONField(null=True)
    saved_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"version {self.version} of the draft"


class ShadowCount(models.Model):
    """How many results had one outcome by the policy in force and one by the draft in shadow. Intake only adds rows,
    so that no sender waits for another; maintenance sums them up by minute.

    An outcome is PASS, REVIEW, REJECT, recorded or failed.
    """

    draft = models.PositiveIntegerField()  # the version of the draft
    run = models.PositiveIntegerField(db_default=0)  # as PolicyDraft.shadow_run was
    policy = models.PositiveIntegerField(db_default=0)  # the number of the policy in force
    at = models.DateTimeField(db_default=Now())
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    count = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["draft", "at"], name="shadow_count_by_time")]

    def __str__(self) -> str:
        return f"{self.count} {self.before} → {self.after}"


class ShadowDifference(models.Model):
    """A result that the draft in shadow would have judged otherwise, or sent to another queue: the label that decided,
    and its score. The newest are kept.
    """

    draft = models.PositiveIntegerField()  # the version of the draft
    run = models.PositiveIntegerField(db_default=0)  # as PolicyDraft.shadow_run was
    policy = models.PositiveIntegerField(db_default=0)  # the number of the policy in force
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField()  # of the machine result
    before = models.CharField(max_length=8)
    after = models.CharField(max_length=8)
    queue_before = models.CharField(max_length=50, default="")
    queue_after = models.CharField(max_length=50, default="")
    label = models.TextField(default="")
    score = models.SmallIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["draft", "-id"], name="shadow_difference_newest")]

    def __str__(self) -> str:
        return f"case {self.case_id}: {self.before} → {self.after}"
