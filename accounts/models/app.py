from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class App(models.Model):
    """One of the customer's applications, as the contract's `appId` names it."""

    class Turned(models.TextChoices):
        UPRIGHT = "upright", _("as people see it, after EXIF has turned the picture")
        STORED = "stored", _("as the file stores it")

    app_id = models.CharField(
        "appId",
        max_length=64,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9_.-]+$", _("Use letters, digits, dot, dash and underscore only."))],
    )
    name = models.CharField(_("name"), max_length=150)
    locations_count_in = models.CharField(
        _("boxes count in the picture"), max_length=10, choices=Turned.choices, default=Turned.UPRIGHT
    )
    allows_ignore_tls = models.BooleanField(_("may ask to skip certificate checks (isIgnoreTls)"), default=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("app"), _("apps")
        ordering = ["app_id"]

    def __str__(self) -> str:
        return self.app_id
