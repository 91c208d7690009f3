from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App, User
from moderation.models.stored_message import holds_a_code


class EventType(models.TextChoices):
    FINAL = "result.final", _("a final result")
    CORRECTED = "result.corrected", _("a correction of an earlier final result")
    RECORDED = "result.recorded", _("a result without a person: only recorded, or decided by policy alone")
    SLA_AT_RISK = "queue.sla-at-risk", _("a queue that is about to break its SLA")
    TEST = "endpoint.test", _("a test")


class Endpoint(models.Model):
    """A customer's URL that final results are delivered to.

    With `callback_of` it stands for the callbacks that calls of this app's gateway have named at one host, `url`: each
    of its deliveries has a URL of its own, and nobody edits it.
    """

    class State(models.TextChoices):
        ENABLED = "enabled", _("enabled")
        PAUSED = "paused", _("paused: deliveries wait")
        DISABLED = "disabled", _("disabled: the receiver answered 410 Gone")
        DELETED = "deleted", _("deleted")

    class Form(models.TextChoices):
        STANDARD = "standard", _("Standard Webhooks event")
        V4 = "v4", _("bare image v4 result")
        COMBINED = "combined", _("human review, combined")
        PLAIN = "plain", _("human review, plain")

    name = models.CharField(_("name"), max_length=150)
    url = models.CharField(_("address"), max_length=2048)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.ENABLED)
    types = ArrayField(
        models.CharField(max_length=30, choices=EventType.choices), verbose_name=_("event types"), default=list
    )
    form = models.CharField(_("body form"), max_length=10, choices=Form.choices, default=Form.STANDARD)
    apps = models.ManyToManyField(App, blank=True, verbose_name=_("apps"), help_text=_("None chosen: every app."))
    # [{"name", "value"} or {"name", "sealed"}], sent with each webhook; see webhooks/custom_headers.py
    headers = models.JSONField(_("headers"), default=list, db_default=[], blank=True, editable=False)
    # A message: why it was paused or disabled without a person.
    why = models.JSONField(null=True, editable=False)
    enabled_at = models.DateTimeField(db_default=Now(), editable=False)  # earlier failures do not count against it
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    callback_of = models.ForeignKey(App, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name, verbose_name_plural = _("endpoint"), _("endpoints")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["enabled", "paused", "disabled", "deleted"]),
                name="endpoint_state_known",
            ),
            holds_a_code("why", name="endpoint_why_is_code"),
            models.UniqueConstraint(
                fields=["callback_of", "url"],
                condition=models.Q(callback_of__isnull=False),
                name="endpoint_of_callbacks_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EndpointSecret(models.Model):
    """A signing secret, encrypted. Two are valid during a rotation."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="secrets")
    ciphertext = models.TextField()
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"


class EndpointTest(models.Model):
    """One test event and its whole exchange: what was sent, and what came back. It is no delivery: it is sent once."""

    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="tests")
    webhook_id = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    url = models.CharField(max_length=2048)
    body = models.TextField()
    begun_at = models.DateTimeField(null=True)  # a worker has it
    ended_at = models.DateTimeField(null=True)
    sent_headers = models.JSONField(default=list)  # [[name, value], …], secret values left out
    duration_ms = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    why = models.JSONField(null=True)  # a message: how it failed
    reply_headers = models.JSONField(default=list)
    reply = models.TextField(default="", blank=True)  # its first 4 KiB
    reply_truncated = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(begun_at=None), name="endpoint_test_waiting"),
        ]
        constraints = [holds_a_code("why", name="endpoint_test_why_is_code")]

    def __str__(self) -> str:
        return f"test of {self.endpoint_id}"
