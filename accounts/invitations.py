"""Invite people by a link. No password is sent: whoever opens the link chooses it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from accounts import audit, people
from accounts.audit_actions import AuditAction
from accounts.models import Invitation, User
from accounts.permissions import check
from accounts.roles import Permission, Role

DAYS = (1, 3, 7, 14)  # after which a link can end
MOST_AT_ONCE = 50


class NotInvitable(ValueError):
    """Addresses that are somebody's already, or have an open invitation. `str()` says which."""


class LinkUsedUp(ValueError):
    """The link was used, has ended, was revoked or replaced by a newer one."""


@dataclass(frozen=True, slots=True)
class NewLink:
    invitation: Invitation
    token: str = field(repr=False)


def invite(
    emails: Sequence[str],
    *,
    role: str,
    by: User | str,
    queues: Collection[int] = (),
    language: str = "",
    second_factor: bool = True,
    days: int = 3,
) -> list[NewLink]:
    """One link for each address. Raises NotInvitable, and then invites nobody."""
    _check(by)
    wanted = list(dict.fromkeys(email.strip().lower() for email in emails))
    with _told_as_later(wanted), transaction.atomic():
        _check_free(wanted)
        made = [
            _save(
                Invitation(
                    email=email,
                    role=Role(role),
                    queues=sorted(queues),
                    language=language,
                    second_factor=second_factor,
                    invited_by=by if isinstance(by, User) else None,
                ),
                days=days,
            )
            for email in wanted
        ]
        audit.record_all(
            AuditAction.INVITATION_MADE,
            [(one.invitation, {"email": one.invitation.email, "role": role, "queues": sorted(queues)}) for one in made],
            by=by,
        )
    return made


def renew(invitation: Invitation, *, by: User | str, days: int = 3) -> NewLink:
    """Another link in place of the one that was lost or has ended, which works no more. Raises LinkUsedUp."""
    _check(by)
    with transaction.atomic():
        link = _save(_lock(invitation.pk), days=days)
        audit.record(AuditAction.INVITATION_RENEWED, by=by, on=link.invitation, email=link.invitation.email)
    return link


def revoke(invitation: Invitation, *, by: User | str) -> None:
    """The link works no more, and the invitation is gone. Raises LinkUsedUp when somebody has joined by it."""
    _check(by)
    with transaction.atomic():
        locked = _lock(invitation.pk)
        audit.record(AuditAction.INVITATION_REVOKED, by=by, on=locked, email=locked.email)
        locked.delete()


def find(token: str) -> Invitation | None:
    """The open invitation of this link."""
    digest = _sha256(token)
    return Invitation.objects.filter(token_sha256=digest, user=None, expires_at__gt=timezone.now()).first()


def accept(token: str, *, name: str, password: str) -> User:
    """Create the invited person. Of two who use one link at once the second gets LinkUsedUp."""
    with transaction.atomic():
        invitation = find(token)
        invitation = _lock(invitation.pk) if invitation else None
        if invitation is None or invitation.token_sha256 != _sha256(token) or _is_taken(invitation.email):
            raise LinkUsedUp(gettext("This link has been used, has ended, or was replaced by a newer one."))
        by = f"invitation {invitation.pk}"
        user = people.add(email=invitation.email, name=name, role=invitation.role, password=password, by=by)
        user.language, user.second_factor_asked = invitation.language, invitation.second_factor
        user.save(update_fields=["language", "second_factor_asked"])
        import_string(settings.INVITATION_HANDOVER)(user, invitation.queues, by=by)
        Invitation.objects.filter(pk=invitation.pk).update(user=user)
        audit.record(AuditAction.INVITATION_ACCEPTED, by=user, on=invitation, email=user.email)
    return user


def open_ones() -> list[Invitation]:
    """Those who were invited and have not joined; the newest first."""
    return list(Invitation.objects.filter(user=None).order_by("-pk")[:200])


def _lock(pk: int) -> Invitation:
    locked = Invitation.objects.select_for_update().filter(pk=pk, user=None).first()
    if locked is None:
        raise LinkUsedUp(gettext("This invitation is no longer open."))
    return locked


def _save(invitation: Invitation, *, days: int) -> NewLink:
    token = secrets.token_urlsafe(32)
    invitation.token_sha256, invitation.expires_at = _sha256(token), timezone.now() + timedelta(days=days)
    invitation.save()
    return NewLink(invitation, token)


@contextmanager
def _told_as_later(emails: Sequence[str]) -> Iterator[None]:
    """Of two who invite the same address at once, the second is told what it would be told a moment later."""
    try:
        yield
    except IntegrityError:
        _check_free(emails)
        raise


def _check_free(emails: Sequence[str]) -> None:
    users = User.objects.annotate(lower=Lower("email")).filter(lower__in=emails).values_list("lower", flat=True)
    if taken := sorted(users):
        told = gettext("Already here: {emails}. Open them in the list instead.")
        raise NotInvitable(told.format(emails=", ".join(taken)))
    waiting = Invitation.objects.filter(email__in=emails, user=None).values_list("email", flat=True)
    if invited := sorted(waiting):
        told = gettext("Already invited: {emails}. Make a new link there.")
        raise NotInvitable(told.format(emails=", ".join(invited)))


def _is_taken(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
