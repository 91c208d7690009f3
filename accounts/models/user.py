from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import PERMISSIONS, Permission, Role


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """One of us: moderator, lead, administrator or auditor. Signs in with the e-mail address."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.MODERATOR)
    is_active = models.BooleanField(_("active"), default=True)
    inactive_since = models.DateTimeField(null=True, editable=False)  # written by people.change
    zone = models.CharField(_("time zone"), max_length=64, default="", db_default="", blank=True)  # "": the browser's
    language = models.CharField(  # "": the browser's
        _("language"), max_length=10, choices=settings.LANGUAGES, default="", db_default="", blank=True
    )
    child_safety = models.BooleanField(_("child safety"), default=False, db_default=False)
    seen_at = models.DateTimeField(_("last seen"), null=True, editable=False)  # to the minute (auth.presence)
    # What `accounts.second_factor` keeps in step, so that no request has to look for it.
    has_second_factor = models.BooleanField(default=False, db_default=False, editable=False)
    second_factor_asked = models.BooleanField(default=False, db_default=False, editable=False)  # by the invitation
    second_factor_from = models.DateField(null=True, editable=False)  # as the rule of the role says
    # Part of the session hash: raising it signs the person out everywhere.
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name, verbose_name_plural = _("user"), _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Django's admin asks this; it is for administrators only."""
        return self.is_active and Permission.ADMINISTER in PERMISSIONS[self.role]

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return self.is_staff

    def has_perms(self, perm_list: list[str], obj: Any = None) -> bool:
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        stem: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc] # private in Django, but its one hook
        return f"{stem}.{self.session_epoch}"

    @property
    def lacks_second_factor(self) -> bool:
        """Whether this person can do nothing before setting one up."""
        return not self.has_second_factor and (self.second_factor_asked or self._is_due())

    def _is_due(self) -> bool:
        return self.second_factor_from is not None and self.second_factor_from <= timezone.now().date()

    @property
    def initials(self) -> str:
        return "".join(part[0] for part in (self.name or self.email).split()[:2]).upper()
