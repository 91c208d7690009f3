"""The policy in force, and putting a new version in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import audit
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation.models import PolicyVersion
from moderation.policy import BUILT_IN, Policy, read


def in_force() -> tuple[PolicyVersion | None, Policy]:
    """The active version and what it says; (None, the built-in policy) before anybody made one."""
    version = PolicyVersion.objects.filter(active=True).first()
    return (version, read(version.number, version.body)) if version else (None, BUILT_IN)


def put_in_force(body: Mapping[str, Any], *, by: User | str) -> PolicyVersion:
    """Store `body` as the next version and make it the active one. Cases already routed stay as they are."""
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    read(0, body)  # a body that cannot be read is refused before anything is written
    with transaction.atomic():
        PolicyVersion.objects.select_for_update().filter(active=True).update(active=False)
        last = PolicyVersion.objects.aggregate(last=Max("number"))["last"] or 0
        version = PolicyVersion.objects.create(
            number=last + 1, body=dict(body), active=True, created_by=by if isinstance(by, User) else None
        )
        audit.record("policy.put-in-force", by=by, on=version, number=version.number)
    return version
