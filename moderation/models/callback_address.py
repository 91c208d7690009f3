from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import App, User


class CallbackAddress(models.Model):
    """A URL that the detection service calls back. Its secret is part of the URL; only its SHA-256 is stored.

    An app may have several at once. To rotate one makes another beside it, and the old one ends at `ends_at`.
    """

    name = models.CharField(_("name"), max_length=150)
    app = models.ForeignKey(App, models.PROTECT, verbose_name=_("app"))
    secret_sha256 = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(_("secret starts with"), max_length=8, editable=False)
    # The accessKey of the app's account there, encrypted; "" when checksums are not verified.
    sealed_access_key = models.TextField(default="", editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, verbose_name=_("created by"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    replaced_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="replaces"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)  # to half a minute

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("callback address")
        verbose_name_plural = _("callback addresses")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and (self.ends_at is None or self.ends_at > timezone.now())
