"""What keeps data from being erased, and what has been erased on request."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App, User
from moderation.models.case import Case


class LegalHold(models.Model):
    """While a case is held nothing of it is erased, by retention or on request. Lifted ones stay as history."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=500)
    placed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    placed_at = models.DateTimeField(db_default=Now())
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at=None), name="one_hold_of_a_case"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_is_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"hold of {self.case_id}"


class Erasure(models.Model):
    """The erasure of all that is kept of one subject: of one app, or of every app. `token_id` is "" once it is over;
    then `certificate` says what was erased, and `subject_sha256` is over the salt and the id. An erasure that a
    restored backup had not heard of knows its cases alone.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        FINISHED = "finished", _("finished")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    app = models.ForeignKey(App, models.PROTECT, null=True, related_name="+")  # null: of every app
    token_id = models.CharField("tokenId", max_length=64, default="", blank=True)
    subject_salt = models.CharField(max_length=32)
    subject_sha256 = models.CharField(max_length=64)
    last_case = models.BigIntegerField()  # later cases are no part of it
    counted = models.PositiveIntegerField()  # cases, before it began
    erased = models.JSONField(default=dict)  # how much of what, so far
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    certificate = models.JSONField(null=True)
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")  # null: the command line
    requested_at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(null=True)  # when there was last nothing that could be erased
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("erasure"), _("erasures")
        indexes = [models.Index(fields=["requested_at"], condition=Q(state="running"), name="erasure_running")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | Q(state="finished", ended_at__isnull=False, token_id="", certificate__isnull=False),
                name="finished_erasure_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return str(_("erasure %(id)s")) % {"id": str(self.pk)[:8]}


class ErasedCase(models.Model):
    """A case that an erasure is about."""

    pk = models.CompositePrimaryKey("erasure_id", "case_id")
    erasure = models.ForeignKey(Erasure, models.CASCADE, related_name="cases", db_index=False)
    case_id = models.BigIntegerField()  # no reference: after a restore there may be no such case

    def __str__(self) -> str:
        return f"case {self.case_id}"


class FileRemoval(models.Model):
    """A file of the picture store that no picture names any more. Its row is written with what made it so, and deleted
    once it is certain that the file is gone and that nobody needs it (moderation/media/removals.py).
    """

    key = models.CharField(max_length=160, primary_key=True)
    queued_at = models.DateTimeField(db_default=Now(), db_index=True)
    removed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key
