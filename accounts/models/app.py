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

    class Uncovered(models.TextChoices):
        REVIEW = "review", _("a person looks at the picture")
        REFUSE = "refuse", _("the call is refused (1902)")
        ANSWER = "answer", _("answered without them, named in notChecked")

    class OnEngineFailure(models.TextChoices):
        FAIL = "fail", _("the call fails (1903)")
        REVIEW = "review", _("a person looks at the picture")

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
    # How the gateway answers where the app's engines cannot.
    uncovered = models.CharField(
        _("labels asked for that no engine can give"),
        max_length=10,
        choices=Uncovered.choices,
        default=Uncovered.REVIEW,
        db_default=Uncovered.REVIEW,
    )
    on_engine_failure = models.CharField(
        _("when its engines fail"),
        max_length=10,
        choices=OnEngineFailure.choices,
        default=OnEngineFailure.FAIL,
        db_default=OnEngineFailure.FAIL,
    )
    allowed_types = models.CharField(
        _("types that the gateway may be asked for"),
        max_length=250,
        default="",
        db_default="",
        blank=True,
        validators=[RegexValidator(r"^[A-Za-z0-9]+(_[A-Za-z0-9]+)*$", _("Write them like POLITY_EROTIC_AD."))],
        help_text=_("Joined by underscores. Empty: all."),
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("app"), _("apps")
        ordering = ["app_id"]

    def __str__(self) -> str:
        return self.app_id
