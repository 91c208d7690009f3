from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App


class EventType(models.TextChoices):
    FINAL = "result.final", _("a final result")
    CORRECTED = "result.corrected", _("a correction of an earlier final result")
    RECORDED = "result.recorded", _("a machine result that was only recorded")
    SLA_AT_RISK = "queue.sla-at-risk", _("a queue that is about to break its SLA")
    TEST = "endpoint.test", _("a test")


class Endpoint(models.Model):
    """A customer's URL that final results are delivered to."""

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
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("endpoint"), _("endpoints")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["enabled", "paused", "disabled", "deleted"]),
                name="endpoint_state_known",
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
