from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App


class Event(models.Model):
    """A scene of an app that pictures come from (`eventId`), registered as first seen."""

    app = models.ForeignKey(App, models.PROTECT)
    event_id = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "event_id"], name="event_once_per_app")]

    def __str__(self) -> str:
        return f"{self.app} / {self.event_id}"


class Case(models.Model):
    """One image to judge, with the request it came in. Identified by (`appId`, `requestId`, `btId`); an item of a batch
    can also be named by both its ids joined, without `btId`.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("a person will decide")
        FINAL = "final", _("final")
        RECORDED = "recorded", _("kept, nothing to do")
        FAILED = "failed", _("the machine failed")

    app = models.ForeignKey(App, models.PROTECT)
    request_id = models.CharField("requestId", max_length=128)
    bt_id = models.CharField("btId", max_length=128, default="", blank=True)
    full_id = models.GeneratedField(
        expression=models.Case(
            models.When(bt_id="", then=models.F("request_id")),
            default=Concat(models.F("request_id"), models.Value("_"), models.F("bt_id")),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    # Its btId when an earlier case has the same joined ids, split elsewhere: A_1 and 2, A and 1_2.
    homonym = models.CharField(max_length=128, default="", db_default="", blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State.choices)
    received_at = models.DateTimeField(db_default=Now())
    # The revision of the machine result that is judged and told: not of a late failure, nor of a reviewer's verdict.
    stands_on = models.PositiveIntegerField(default=1, db_default=1)
    completed_at = models.DateTimeField(null=True)  # when a later body told more of its request
    reopened_at = models.DateTimeField(null=True, editable=False)  # from then on policy alone decides it no more
    # When these were erased; null again once a later result is kept of it.
    pictures_erased_at = models.DateTimeField(null=True, editable=False)
    bodies_erased_at = models.DateTimeField(null=True, editable=False)
    records_erased_at = models.DateTimeField(null=True, editable=False)
    # From the request, for search and for routing.
    event_id = models.CharField("eventId", max_length=64, default="", blank=True)
    type = models.CharField(max_length=64, default="", blank=True)
    token_id = models.CharField("tokenId", max_length=64, default="", blank=True)
    data_id = models.CharField("dataId", max_length=128, default="", blank=True)
    is_token_separate = models.BooleanField(
        "isTokenSeparate", db_default=False
    )  # the subject's record is of this app alone
    terms = ArrayField(models.TextField(), default=list, db_default=models.Value("{}"))  # see contract.search_terms
    request = models.TextField(null=True)  # the request as JSON text, without accessKey and without base64 pixels
    by_gateway = models.BooleanField(default=False, db_default=False)  # it came through our own gateway
    # Of such a case: where its answers go beside the webhooks ("" for nowhere), and what
    # its call asked of policy (gateway_facts.py). No other sender can give either.
    callback = models.TextField(default="", db_default="", blank=True)
    narrowing = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["app", "full_id", "homonym"], name="case_once_per_name"),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "final", "recorded", "failed"]), name="case_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["request_id"], name="case_by_request"),
            models.Index(fields=["app", "state", "-received_at", "-id"], name="case_newest"),
            models.Index(fields=["token_id", "-id"], condition=~models.Q(token_id=""), name="case_by_subject"),
            models.Index(fields=["token_id", "-id"], condition=models.Q(state="final"), name="case_of_judged_subject"),
            models.Index(fields=["data_id"], condition=~models.Q(data_id=""), name="case_by_data_id"),
            models.Index(fields=["-received_at", "-id"], name="case_newest_first"),
            GinIndex(fields=["terms"], name="case_by_term"),
        ]

    def __str__(self) -> str:
        """The `requestId` that identifies it in the API: an item of a batch is `<requestId>_<btId>`."""
        return f"{self.request_id}_{self.bt_id}" if self.bt_id else self.request_id
