"""Map labels of ours to the customer's own, change and remove such entries. They count from the next final result on;
results that were given keep what they say.
"""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation import cache_versions
from moderation.disposal.entries import MOST_ENTRIES, DisposalRefused, checked, key_of
from moderation.disposal.in_force import CACHE_VERSION, own_of
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel

EDITED = Edited(lambda row: asdict(own_of(row)), recorded_as=[AuditAction.OWN_LABEL_CHANGED])
"""The label of an entry stays: another label is another entry."""


def add(app: App, *, label: str, own: Own, by: User) -> OwnLabel:
    """Map a label that the app does not map yet. Raises DisposalRefused."""
    check(by, Permission.ADMINISTER)
    label, own = label.strip(), checked(own)
    key = key_of(label)
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)  # its row lock serializes all changes
        if OwnLabel.objects.filter(app=app, key=key).exists():
            refused = gettext("“{label}” is mapped already. Change that entry.")
            raise DisposalRefused(refused.format(label=label))
        if OwnLabel.objects.filter(app=app).count() >= MOST_ENTRIES:
            raise DisposalRefused(gettext("An app has at most {most} entries.").format(most=MOST_ENTRIES))
        row = OwnLabel.objects.create(app=app, label=label, key=key, **asdict(own))
        audit.record(AuditAction.OWN_LABEL_ADDED, by=by, on=row, app=app.app_id, label=label, **asdict(own))
    return row


def change(row: OwnLabel, *, own: Own, by: User, expected_version: str | None = None) -> None:
    """Raises DisposalRefused, Conflict, and DoesNotExist when it is removed meanwhile."""
    check(by, Permission.ADMINISTER)
    own = checked(own)
    with transaction.atomic():
        locked = OwnLabel.objects.select_for_update(no_key=True).select_related(None).get(pk=row.pk)
        EDITED.check(expected_version, locked)
        before = own_of(locked)
        if before == own:
            return
        OwnLabel.objects.filter(pk=locked.pk).update(**asdict(own))
        told = {"app": row.app.app_id, "label": locked.label, "before": asdict(before), **asdict(own)}
        audit.record(AuditAction.OWN_LABEL_CHANGED, by=by, on=locked, **told)
        cache_versions.advance(CACHE_VERSION)


def remove(row: OwnLabel, *, by: User, expected_version: str | None = None) -> None:
    """Raises Conflict, and DoesNotExist when it is gone already."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = OwnLabel.objects.select_for_update().get(pk=row.pk)
        EDITED.check(expected_version, locked)
        told = {"app": row.app.app_id, "label": locked.label, **asdict(own_of(locked))}
        audit.record(AuditAction.OWN_LABEL_REMOVED, by=by, on=locked, **told)
        locked.delete()
        cache_versions.advance(CACHE_VERSION)
