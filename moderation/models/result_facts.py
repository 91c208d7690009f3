from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from accounts.models import App
from moderation.models.case import Case


def _names() -> ArrayField[list[str] | None, list[str] | None]:
    return ArrayField(models.TextField(), null=True)  # null: none


class ResultFacts(models.Model):
    """What rules and sections ask of the result that a case stands on, as known when it was routed last; its labels are
    in LabelScore. Written by `moderation.stored_facts`, so that a policy is replayed without reading any body.

    Paths of labels are case-folded, with `~0` for `~` and `~1` for `/` in a level.
    """

    # As in LabelScore, PostgreSQL checks no reference.
    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="facts", db_constraint=False)
    revision = models.PositiveIntegerField()  # of the machine result
    received_at = models.DateTimeField(db_default=Now())  # the machine result
    app = models.ForeignKey(App, models.PROTECT, db_index=False, db_constraint=False)  # the case's
    # Of the request, empty without one.
    event = models.TextField(db_collation="C")
    type = models.TextField(db_collation="C")  # in capitals
    lang = models.TextField(db_collation="C")
    level = models.SmallIntegerField(null=True)
    nickname = models.TextField(db_collation="C")
    device_id = models.TextField(db_collation="C")
    room = models.TextField(db_collation="C")
    stream_ids = _names()
    narrowing = models.JSONField(null=True)  # what its call asked of policy, as Case.narrowing
    # What the machine said of the whole.
    code = models.IntegerField()
    risk_level = models.CharField(max_length=6)
    result_type = models.SmallIntegerField()
    final_result = models.SmallIntegerField()
    label = models.TextField(db_collation="C")  # as LabelScore.label
    spelt = models.TextField(null=True, db_collation="C")
    is_listed = models.BooleanField()  # whether that label is among those of LabelScore
    # What it found.
    faces = models.IntegerField()
    persons = models.IntegerField()
    objects_found = models.IntegerField()
    qr_codes = models.IntegerField()
    text_length = models.IntegerField()
    lists = _names()  # whose words were found in the text
    subject_risks = _names()
    business_labels = _names()
    subject_labels = _names()
    disposal = models.TextField(db_collation="C")
    # The subject's record then.
    decided = models.IntegerField()
    rejected = models.IntegerField()

    def __str__(self) -> str:
        return f"facts of {self.case_id}"


class FactsBackfill(models.Model):
    """How far cases of before facts and scores were stored have theirs by now; one row, made with the tables. Newest
    first: cases up to `below` are left, of ids up to `since`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    below = models.BigIntegerField()
    since = models.BigIntegerField()
    skipped = models.BigIntegerField(db_default=0)  # cases that could not be read

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_facts_backfill")]

    def __str__(self) -> str:
        return f"facts of cases up to {self.below} are missing"
