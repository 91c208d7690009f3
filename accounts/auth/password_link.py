"""A link by which a person chooses a new password, for an administrator to hand over: as the one that is mailed."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission


def make(user: User, *, by: User) -> str:
    """Its path. It works once, for an hour (PASSWORD_RESET_TIMEOUT), and is never written down."""
    check(by, Permission.ADMINISTER)
    audit.record(AuditAction.USER_PASSWORD_LINK_MADE, by=by, on=user, email=user.email)
    return path(user)


def path(user: User) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
