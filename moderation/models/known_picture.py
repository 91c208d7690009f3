from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import App, User
from moderation.models.case import Case

LONGEST_NOTE = 200


class KnownPicture(models.Model):
    """A picture that an app knows already: what is sent again, or looks alike, gets its label at once.

    `label` is a path like porn/nudity. `likeness` are 256 bits in hexadecimal that stay almost the same when a picture
    is scaled or compressed anew; "" where there are none, and then only the same bytes are recognised.
    """

    app = models.ForeignKey(App, models.PROTECT, verbose_name=_("app"), related_name="known_pictures")
    sha256 = models.CharField(max_length=64)  # of its bytes as they were sent
    likeness = models.CharField(max_length=64, default="", blank=True)
    label = models.CharField(_("label"), max_length=400)
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, default="", blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, related_name="+")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["-pk"]
        verbose_name, verbose_name_plural = _("known picture"), _("known pictures")
        constraints = [
            models.UniqueConstraint(fields=["app", "sha256"], name="known_picture_once_of_an_app"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="known_picture_has_its_hash"
            ),
            models.CheckConstraint(condition=~models.Q(label=""), name="known_picture_is_labelled"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.sha256[:12]}"
