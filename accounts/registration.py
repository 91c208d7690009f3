"""Register the customer's applications, so that their results are accepted."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited


def register_app(app: App, *, by: User | str) -> App:
    """Save a new app. Its `appId` can never change, because results refer to it. Raises ValueError for one that another
    app has.
    """
    try:
        return _save(app, action=AuditAction.APP_REGISTERED, by=by)
    except IntegrityError:
        raise ValueError(gettext("An app with this appId is registered already.")) from None


def change_app(app: App, *, by: User | str, expected_version: str | None = None) -> App:
    """Save the edited app. Raises Conflict, and ValueError for a changed `appId`."""
    with transaction.atomic():
        locked = App.objects.select_for_update(no_key=True).filter(pk=app.pk, app_id=app.app_id).first()
        if locked is None:
            raise ValueError(
                gettext("An appId cannot be changed because results refer to it. Register another app instead.")
            )
        EDITED.check(expected_version, locked)
        return _save(app, action=AuditAction.APP_CHANGED, by=by, before=_values(locked))


def _save(app: App, *, action: AuditAction, by: User | str, **before: Any) -> App:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        app.save()
        audit.record(action, by=by, on=app, app_id=app.app_id, **before, **_values(app))
    return app


def _values(app: App) -> dict[str, Any]:
    names = ("name", "locations_count_in", "allows_ignore_tls", "uncovered", "on_engine_failure", "allowed_types")
    return {name: getattr(app, name) for name in names}


EDITED = Edited(_values, recorded_as=[AuditAction.APP_CHANGED])
