"""Read the policy in force, store drafts, and put a version in force."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.models import PolicyVersion
from moderation.policy import BUILT_IN, Policy, read

CACHE_VERSION = "policy"


def in_force() -> tuple[PolicyVersion | None, Policy]:
    """The active version and its policy; (None, the built-in policy) when there is no version yet."""
    return _remembered.current()


def saying(version: PolicyVersion) -> Policy:
    """The policy of a version."""
    return read(version.number, version.body)


def draft(body: Any, *, by: User | str) -> PolicyVersion:
    """Store `body` as the next version, not yet in force. Raises PolicyRefused when it cannot be read."""
    with transaction.atomic():
        version = _store(body, by=by)
        audit.record(AuditAction.POLICY_DRAFTED, by=by, on=version, number=version.number)
    return version


def activate(version: PolicyVersion, *, by: User | str) -> None:
    """Put a stored version in force: every process routes by it from its next result on. Cases already routed are not
    changed. Idempotent.
    """
    _check(by)
    saying(version)  # raises: a version that cannot be read would stop the intake
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)
        before = PolicyVersion.objects.filter(active=True).first()
        if before == version:
            return
        PolicyVersion.objects.filter(active=True).update(active=False)
        now = {"in_force_at": Now(), "in_force_by": _person(by)}
        PolicyVersion.objects.filter(pk=version.pk).update(active=True, **now)
        version.refresh_from_db()
        details = {"number": version.number, "before": before.number if before else 0}
        audit.record(AuditAction.POLICY_PUT_IN_FORCE, by=by, on=version, **details)


def put_in_force(body: Any, *, by: User | str) -> PolicyVersion:
    """Store `body` as the next version and put it in force."""
    with transaction.atomic():
        version = _store(body, by=by)
        activate(version, by=by)
    return version


def _store(body: Any, *, by: User | str) -> PolicyVersion:
    _check(by)
    read(0, body)
    cache_versions.advance(CACHE_VERSION)  # its row lock serializes concurrent stores
    last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
    return PolicyVersion.objects.create(number=last + 1, body=body, created_by=_person(by))


def _read_active() -> tuple[PolicyVersion | None, Policy]:
    version = PolicyVersion.objects.filter(active=True).first()
    return (version, saying(version)) if version else (None, BUILT_IN)


_remembered = cache_versions.CachedValue(CACHE_VERSION, _read_active)


def forget() -> None:
    """Drop the cached policy, so that it is read anew."""
    _remembered.forget()


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)


def _person(by: User | str) -> User | None:
    return by if isinstance(by, User) else None
