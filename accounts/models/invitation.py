from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from accounts.roles import Role


class Invitation(models.Model):
    """A link by which one person joins: single-use, expiring. Only the SHA-256 of its token is here.

    `queues` are ids of the workbench; it adds the new person to those that still exist.
    """

    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MODERATOR)
    queues = ArrayField(models.BigIntegerField(), default=list, blank=True)
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="", blank=True)
    second_factor = models.BooleanField(_("second factor at the first sign-in"), default=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="+")  # once it was used

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=models.Q(user=None), name="one_open_invitation_for_an_address"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="invitation_role_known"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def has_ended(self) -> bool:
        return self.expires_at <= timezone.now()
