from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.app import App
from accounts.models.user import User


class AccessKey(models.Model):
    """A backend's key. Only its SHA-256 is kept; the key itself is shown once, when it is issued."""

    class Scope(models.TextChoices):
        INGEST = "ingest", _("post results")
        READ = "read", _("read cases and results")
        DELIVER = "deliver", _("read and redeliver deliveries")
        POLICY = "policy", _("read and change the policy")
        GATEWAY = "gateway", _("have pictures moderated")

    name = models.CharField(_("name"), max_length=150)
    app = models.ForeignKey(
        App, models.PROTECT, null=True, blank=True, verbose_name=_("app"), help_text=_("Empty: every app.")
    )
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope.choices), size=5, verbose_name=_("scopes"))
    rate_per_second = models.FloatField(
        _("calls a second"),
        null=True,
        blank=True,
        validators=[MinValueValidator(0.001), MaxValueValidator(1_000_000)],
        help_text=_("Empty: as the installation has it (INGEST_RATE)."),
    )
    burst = models.PositiveIntegerField(
        _("calls at once"), null=True, blank=True, help_text=_("After a rest. Empty: two seconds' worth.")
    )
    may_loosen = models.BooleanField(
        _("may loosen the policy"),
        default=False,
        db_default=False,
        help_text=_("By thresholds in its calls of /v1/image/check. Without it they can only be stricter."),
    )
    key_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("starts with"), max_length=8, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, verbose_name=_("created by"))
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    # The key that a rotation made: this one ends at `expires_at`, when its backends have changed over.
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="replaces"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)  # to half a minute

    class Meta:
        verbose_name, verbose_name_plural = _("access key"), _("access keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(scopes__len__gt=0), name="access_key_has_a_scope"),
            models.CheckConstraint(
                condition=models.Q(rate_per_second__range=(0.001, 1_000_000)) | models.Q(rate_per_second=None),
                name="access_key_rate_in_range",
            ),
            models.CheckConstraint(
                condition=models.Q(burst__gt=0) | models.Q(burst=None), name="access_key_burst_above_0"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_live(self) -> bool:
        """Whether backends can sign in with it, by this process's clock. The call itself goes by the database's."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > timezone.now())
