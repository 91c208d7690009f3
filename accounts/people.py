"""Create users, change their role, access and profile, and end their sessions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict, Unpack

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, second_factor, sign_out, times
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check, may
from accounts.roles import Permission, Role
from accounts.versions import Edited

_ADMINISTERS = Q(role=Role.ADMINISTRATOR, is_active=True)


class LastAdministrator(ValueError):
    """The change would leave no active administrator."""


def add(*, email: str, name: str, role: str, password: str | None, by: User | str) -> User:
    """Create a user. Without a password they cannot sign in until one is set."""
    check_administers(by)
    with transaction.atomic():
        second_factor.lock()
        user = User(email=User.objects.normalize_email(email).lower(), name=name, role=Role(role))
        user.set_password(password)
        second_factor.apply_rule(user)
        user.save()
        audit.record(AuditAction.USER_ADDED, by=by, on=user, email=user.email, role=user.role)
    return user


class Profile(TypedDict, total=False):
    """What else an administrator sets of a person; what is left out stays."""

    child_safety: bool
    language: str
    zone: str


def change(
    user: User,
    *,
    by: User | str,
    name: str,
    role: str,
    is_active: bool,
    expected_version: str | None = None,
    **profile: Unpack[Profile],
) -> None:
    """Change name, role, access or profile. A change of role or access ends the user's sessions at once, and what they
    have leased or snoozed is returned to the queues.

    Raises LastAdministrator when no active administrator would be left, and Conflict.
    """
    check_administers(by)
    wanted = {"name": name, "role": Role(role), "is_active": is_active, **profile}
    with transaction.atomic():
        locked = lock_with_administrators(user)
        EDITED.check(expected_version, locked, parts=tuple(wanted))
        before = {key: value for key, value in _values(locked).items() if key in wanted}
        administered = may(locked, Permission.ADMINISTER)
        for key, value in wanted.items():
            setattr(locked, key, value)
        if before["is_active"] != is_active:
            locked.inactive_since = None if is_active else timezone.now()
        if (before["role"], before["is_active"]) != (role, is_active):
            second_factor.apply_rule(locked)
        locked.save()
        if administered:
            _check_someone_administers()
        if (before["role"], before["is_active"]) != (role, is_active):
            sign_out.everywhere(locked, by=by)
        audit.record(AuditAction.USER_CHANGED, by=by, on=locked, before=before, **wanted)
    user.refresh_from_db()


def lock_with_administrators(user: User) -> User:
    """Lock the user and all administrators, in one order: of two who demote each other, one waits for the other."""
    rows = User.objects.select_for_update(no_key=True).filter(_ADMINISTERS | Q(pk=user.pk)).order_by("pk")
    return next(row for row in rows if row.pk == user.pk)


def set_password(user: User, password: str, *, by: User | str) -> None:
    """Set a new password and end the user's sessions. Set by somebody else, it forgets the user's known devices, and
    what they have leased or snoozed goes back.
    """
    if by != user:
        check_administers(by)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        if by != user:
            user.known_devices.all().delete()
        sign_out.everywhere(user, by=by, hands_back=by != user)
        audit.record(AuditAction.USER_PASSWORD_SET, by=by, on=user)


def end_sessions(user: User, *, by: User | str) -> None:
    """Sign the user out everywhere. When somebody else does it, what they have leased or snoozed goes back too."""
    if by != user:
        check_administers(by)
    with transaction.atomic():
        sign_out.everywhere(user, by=by, hands_back=by != user)
        audit.record(AuditAction.USER_SESSIONS_ENDED, by=by, on=user)


def end_session(user: User, session: UserSession, *, by: User) -> None:
    """End one of one's own sessions."""
    if session.user_id != user.pk or by != user:
        check_administers(by)
    with transaction.atomic():
        session.end()
        audit.record(AuditAction.USER_SESSION_ENDED, by=by, on=user, address=session.ip)


def _values(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("name", "role", "is_active", *Profile.__annotations__)}


EDITED = Edited(_values, recorded_as=[AuditAction.USER_CHANGED])


def choose_zone(user: User, zone: str) -> None:
    """The zone of this person's pages; "" for their browser's. Raises ValueError for an unknown one."""
    if zone and times.zone_of(zone) is None:
        raise ValueError(gettext("There is no time zone “{zone}”.").format(zone=zone))
    user.zone = zone
    user.save(update_fields=["zone"])


def choose_language(user: User, language: str) -> None:
    """The language of this person's pages; "" for their browser's. Raises ValueError for one that we do not have."""
    if language and language not in dict(settings.LANGUAGES):
        raise ValueError(gettext("There are no pages in “{language}”.").format(language=language))
    user.language = language
    user.save(update_fields=["language"])


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


def check_administers(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)


def _check_someone_administers() -> None:
    if not User.objects.filter(_ADMINISTERS).exists():
        raise LastAdministrator(
            gettext("This is the last active administrator. Make someone else administrator first.")
        )
