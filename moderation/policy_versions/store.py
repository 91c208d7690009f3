"""Read the policy in force, and put a version in force. What is edited is the draft: `draft.py`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts import audit
from accounts.audit import Actor
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation import cache_versions
from moderation.models import PolicyVersion
from moderation.policy import BUILT_IN, Policy, read, write
from moderation.policy_versions.access import check_may_change

CACHE_VERSION = "policy"


def in_force() -> tuple[PolicyVersion | None, Policy]:
    """The active version and its policy; (None, the built-in policy) when there is no version yet."""
    return _remembered.current()


def saying(version: PolicyVersion) -> Policy:
    """The policy of a version."""
    return read(version.number, version.body)


def policy_of(number: int) -> Policy:
    """The policy of a version by its number; 0 is the built-in one. That in force is read by no one twice."""
    _, policy = in_force()
    if policy.number == number:
        return policy
    return saying(PolicyVersion.objects.get(number=number)) if number else BUILT_IN


def number_in_force() -> int:
    """As the database has it now."""
    return PolicyVersion.objects.filter(active=True).values_list("number", flat=True).first() or 0


def activate(version: PolicyVersion, *, by: Actor, **told: Any) -> None:
    """Put a stored version in force: every process routes by it from its next result on. Cases already routed are not
    changed. Idempotent. `told` are further details for the audit log.
    """
    check_may_change(by)
    saying(version)  # raises: a version that cannot be read would stop the intake
    _activate(version, by=by, **told)


def _activate(version: PolicyVersion, *, by: Actor, **told: Any) -> None:
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)
        before = PolicyVersion.objects.filter(active=True).first()
        if before == version:
            return
        PolicyVersion.objects.filter(active=True).update(active=False)
        now = {"in_force_at": Now(), "in_force_by": _person(by)}
        PolicyVersion.objects.filter(pk=version.pk).update(active=True, **now)
        version.refresh_from_db()
        details = {"number": version.number, "before": before.number if before else 0} | told
        audit.record(_action(version, before), by=by, on=version, **details)


def put_in_force(body: Any, *, by: Actor, **told: Any) -> PolicyVersion:
    """Store `body`, or the policy that was read of it, as the next version and put it in force. Raises PolicyRefused
    when it cannot be read.
    """
    check_may_change(by)
    if isinstance(body, Policy):
        body = write(body)
    else:
        read(0, body)
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)  # its row lock serializes concurrent versions
        version = PolicyVersion.objects.create(number=next_number(), body=body, created_by=_person(by))
        _activate(version, by=by, **told)
    return version


def next_number() -> int:
    """The number of the version that is put in force next, if nobody else puts one in force before."""
    return (PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _read_active() -> tuple[PolicyVersion | None, Policy]:
    version = PolicyVersion.objects.filter(active=True).first()
    return (version, saying(version)) if version else (None, BUILT_IN)


_remembered = cache_versions.CachedValue(CACHE_VERSION, _read_active)


def forget() -> None:
    """Drop the cached policy, so that it is read anew."""
    _remembered.forget()


def _action(version: PolicyVersion, before: PolicyVersion | None) -> AuditAction:
    is_older = before is not None and version.number < before.number
    return AuditAction.POLICY_ROLLED_BACK if is_older else AuditAction.POLICY_PUT_IN_FORCE


def _person(by: Actor) -> User | None:
    return by if isinstance(by, User) else None
