"""Check a user's permissions: `may` returns whether the user has one, `check` raises NotAllowed without it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext

from accounts.models import User
from accounts.roles import BY_NAME, GRANTED_TO, PERMISSIONS, Permission


class NotAllowed(PermissionDenied):
    """The user lacks the permission; retrying cannot help. Pages and API calls return 403 with this text."""


def may(user: User | AnonymousUser, permission: Permission) -> bool:
    return isinstance(user, User) and user.is_active and permission in _permissions(user)


def check(user: User | AnonymousUser, permission: Permission) -> None:
    if not may(user, permission):
        name = user.email if isinstance(user, User) else gettext("a visitor who is not signed in")
        refused = gettext("{name} may not {permission}. An administrator can change the role.")
        raise NotAllowed(refused.format(name=name, permission=permission.words))


def _permissions(user: User) -> frozenset[Permission]:
    granted = BY_NAME if user.child_safety and user.role in GRANTED_TO else frozenset[Permission]()
    return PERMISSIONS[user.role] | granted
