from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App


class AppEngine(models.Model):
    """One engine of an app's chain. They are set all at once, by `moderation.engines.configure`."""

    class Kind(models.TextChoices):
        EMBEDDED = "embedded", _("on this host")
        DEEPCLEER = "deepcleer", _("DeepCleer")
        REKOGNITION = "rekognition", _("Amazon Rekognition")
        HTTP = "http", _("an HTTP service that answers as image v4")

    class OnFailure(models.TextChoices):
        FAIL = "fail", _("the call fails (code 1903)")
        REVIEW = "review", _("the others' answers count, and a person looks at the picture")

    app = models.ForeignKey(App, models.PROTECT, verbose_name=_("app"), related_name="engines")
    order = models.PositiveSmallIntegerField(_("order"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    sealed_settings = models.TextField(editable=False)  # JSON, encrypted: keys and addresses
    on_failure = models.CharField(_("when it fails"), max_length=10, choices=OnFailure.choices, default=OnFailure.FAIL)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["app", "order"]
        verbose_name, verbose_name_plural = _("engine"), _("engines")
        constraints = [models.UniqueConstraint(fields=["app", "order"], name="one_engine_at_each_place")]

    def __str__(self) -> str:
        return f"{self.app.app_id} {self.order} {self.kind}"
