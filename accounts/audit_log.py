"""Read the audit log."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import AuditEvent, User
from accounts.permissions import check
from accounts.roles import Permission


def events(*, by: User | AnonymousUser) -> QuerySet[AuditEvent]:
    """Everything that was recorded. Raises NotAllowed for who may not read it. The history of one thing, for those who
    see the thing, is `audit.history_of`.
    """
    check(by, Permission.READ_AUDIT)
    return AuditEvent.objects.all()
