"""Create users, change their role and access, and end their sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check, may
from accounts.roles import Permission, Role

_ADMINISTERS = Q(role=Role.ADMINISTRATOR, is_active=True)


class LastAdministrator(ValueError):
    """The change would leave no active administrator."""


def add(*, email: str, name: str, role: str, password: str | None, by: User | str) -> User:
    """Create a user. Without a password they cannot sign in until one is set."""
    _check(by)
    with transaction.atomic():
        user = User(email=User.objects.normalize_email(email).lower(), name=name, role=Role(role))
        user.set_password(password)
        user.save()
        audit.record(AuditAction.USER_ADDED, by=by, on=user, email=user.email, role=user.role)
    return user


def change(user: User, *, by: User | str, name: str, role: str, is_active: bool) -> None:
    """Change name, role or access. A change of role or access ends the user's sessions at once.

    Raises LastAdministrator when no active administrator would be left.
    """
    _check(by)
    with transaction.atomic():
        locked = _lock_with_administrators(user)
        before = {"name": locked.name, "role": locked.role, "is_active": locked.is_active}
        administered = may(locked, Permission.ADMINISTER)
        locked.name, locked.role, locked.is_active = name, Role(role), is_active
        if (before["role"], before["is_active"]) != (role, is_active):
            locked.session_epoch += 1
        locked.save()
        if administered:
            _check_someone_administers()
        audit.record(
            AuditAction.USER_CHANGED, by=by, on=locked, before=before, name=name, role=role, is_active=is_active
        )
    user.refresh_from_db()


def set_password(user: User, password: str, *, by: User | str) -> None:
    """Set a new password and end the user's sessions."""
    if by != user:
        _check(by)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        audit.record(AuditAction.USER_PASSWORD_SET, by=by, on=user)


def choose_zone(user: User, zone: str) -> None:
    """The zone of this person's pages; "" for their browser's. Raises ValueError for an unknown one."""
    if zone and times.zone_of(zone) is None:
        raise ValueError(gettext("There is no time zone “{zone}”.").format(zone=zone))
    user.zone = zone
    user.save(update_fields=["zone"])


def distinct_initials(users: Iterable[User]) -> dict[int, str]:
    """Initials by user; those who would share them get more letters of their first name."""
    people = list(users)
    shared = Counter(user.initials for user in people)
    return {user.pk: user.initials if shared[user.initials] == 1 else _longer(user, people) for user in people}


def _longer(user: User, people: Sequence[User]) -> str:
    """As many letters of the first name as tell this person from the others, then the last name's."""
    first, *rest = str(user).split() or [""]
    others = [str(other) for other in people if other.pk != user.pk]
    for length in range(2, len(first) + 1):
        if not any(other.startswith(first[:length]) for other in others):
            return first[:length] + "".join(part[0].upper() for part in rest[:1])
    return user.initials


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)


def _lock_with_administrators(user: User) -> User:
    """Lock the user and all administrators, in one order: of two who demote each other, one waits for the other."""
    rows = User.objects.select_for_update(no_key=True).filter(_ADMINISTERS | Q(pk=user.pk)).order_by("pk")
    return next(row for row in rows if row.pk == user.pk)


def _check_someone_administers() -> None:
    if not User.objects.filter(_ADMINISTERS).exists():
        raise LastAdministrator(
            gettext("This is the last active administrator. Make someone else administrator first.")
        )
