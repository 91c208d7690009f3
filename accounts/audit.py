"""Write the audit log. Call `record` in the transaction of the change that it records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import QuerySet

from accounts.audit_actions import AuditAction
from accounts.database import write_batch
from accounts.database.write_batch import WriteBatch
from accounts.models import AccessKey, AuditEvent, User

Actor = User | AccessKey | str
"""Who acts: a user, a backend's key, or a part of the system by name ("policy", "maintenance")."""


def record(action: AuditAction, *, by: Actor, on: models.Model, **details: Any) -> None:
    """Write one event. `details` are JSON values that a reader needs to understand the change; no secrets. An unsaved
    `on` says the kind of thing alone.
    """
    record_all(action, [(on, details)], by=by)


def record_all(
    action: AuditAction,
    told: Iterable[tuple[models.Model, Mapping[str, Any]]],
    *,
    by: Actor,
    batch: WriteBatch | None = None,
) -> None:
    """Write the same event on each of several objects: in `batch` when given, else immediately."""
    rows = [_row(action, on, details, by) for on, details in told]
    if batch is not None:
        batch.insert(AuditEvent, rows)
    else:
        write_batch.insert(AuditEvent, rows)


def history_of(on: models.Model) -> QuerySet[AuditEvent]:
    """The events of one thing. The caller has checked that the reader may see it."""
    return AuditEvent.objects.filter(on_type=on._meta.model_name, on_id=str(on.pk))


def _row(action: AuditAction, on: models.Model, details: Mapping[str, Any], by: Actor) -> dict[str, Any]:
    return {
        "by_id": by.pk if isinstance(by, User) else None,
        "by_name": name_of(by),
        "action": action.value,
        "on_type": on._meta.model_name or "",
        "on_id": "" if on.pk is None else str(on.pk),
        "details": dict(details),
    }


def name_of(by: Actor) -> str:
    """Who it was, as the log has it."""
    match by:
        case User():
            return by.email
        case AccessKey():
            return f"key {by.name} ({by.hint}…)"
        case str():
            return by
