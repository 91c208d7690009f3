"""Register the customer's applications, so that their results are accepted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission


def register_app(app: App, *, by: User | str) -> App:
    """Save a new app. Its `appId` can never change, because results refer to it."""
    return _save(app, action=AuditAction.APP_REGISTERED, by=by)


def change_app(app: App, *, by: User | str) -> App:
    """Save the edited app. Raises ValueError for a changed `appId`."""
    if not App.objects.filter(pk=app.pk, app_id=app.app_id).exists():
        raise ValueError(
            gettext("An appId cannot be changed because results refer to it. Register another app instead.")
        )
    return _save(app, action=AuditAction.APP_CHANGED, by=by)


def _save(app: App, *, action: AuditAction, by: User | str) -> App:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        app.save()
        audit.record(
            action,
            by=by,
            on=app,
            app_id=app.app_id,
            name=app.name,
            locations_count_in=app.locations_count_in,
            allows_ignore_tls=app.allows_ignore_tls,
        )
    return app
