"""Who may see and change the policy: administrators, and keys with the scope `policy` for every app."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from accounts.audit import Actor
from accounts.models import AccessKey, User
from accounts.permissions import check
from accounts.roles import Permission


def check_may_change(by: Actor) -> None:
    """Raises PermissionDenied. A part of the system, by its name, may."""
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    elif isinstance(by, AccessKey):
        check_key(by)


def check_key(key: AccessKey) -> None:
    """One policy decides for all apps, so a key for one app alone neither reads nor changes it."""
    if AccessKey.Scope.POLICY not in key.scopes:
        raise PermissionDenied('This access key lacks the scope "policy". Issue one that has it.')
    if key.app_id is not None:
        raise PermissionDenied("The policy is for every app. Issue a key for every app.")
