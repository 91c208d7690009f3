"""Issue, find, change, rotate and revoke the keys that backends sign in with."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.database.statements import Columns, Statement
from accounts.last_use import LastUse
from accounts.models import AccessKey, App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited

PREFIX = "sl_"
# Times are not read with every call: the driver takes longer to parse one than all other columns.
_LIVE = Statement(
    """
    SELECT {key}, {app}
      FROM accounts_accesskey key
      LEFT JOIN accounts_app app ON app.id = key.app_id
     WHERE key.key_sha256 = %(sha256)s AND key.revoked_at IS NULL
       AND (key.expires_at IS NULL OR key.expires_at > statement_timestamp())
    """,
    key=Columns(AccessKey, without=["created_at", "expires_at", "revoked_at", "last_used_at"]),
    app=Columns(App, without=["created_at"]),
)
LAST_USE = LastUse(AccessKey)


def issue(
    *,
    name: str,
    app: App | None,
    scopes: Sequence[str],
    by: User | str,
    key: str | None = None,
    expires_at: datetime | None = None,
    rate_per_second: float | None = None,
    burst: int | None = None,
    may_loosen: bool = False,
) -> tuple[AccessKey, str]:
    """Create a key for one app, or for all when `app` is None. Returns the row and the key, which is shown only now.

    `key` lets an operator set a key of their own, of at least 16 characters. Default rate: the installation's; default
    burst: two seconds' worth of the rate. `may_loosen`: its calls may ask for milder thresholds than the
    policy has. Raises ValueError.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    unknown = set(scopes) - set(AccessKey.Scope.values)
    if unknown or not scopes:
        refused = gettext("Unknown scope {unknown}: use one or more of {known}.")
        raise ValueError(refused.format(unknown=sorted(unknown), known=AccessKey.Scope.values))
    _check_rate(rate_per_second, burst)
    times.check_ahead(expires_at)
    key = key or PREFIX + secrets.token_urlsafe(32)
    if len(key) < 16:
        raise ValueError(gettext("An access key needs at least 16 characters."))
    with transaction.atomic():
        row = AccessKey.objects.create(
            name=name,
            app=app,
            scopes=sorted(set(scopes)),
            key_sha256=_sha256(key),
            hint=key[:6],
            expires_at=expires_at,
            rate_per_second=rate_per_second,
            burst=burst,
            may_loosen=may_loosen,
            created_by=by if isinstance(by, User) else None,
        )
        told = {"app": app and app.app_id, "scopes": row.scopes, "may_loosen": may_loosen}
        audit.record(AuditAction.KEY_ISSUED, by=by, on=row, **told, **_told(row))
    return row, key


def change(
    key: AccessKey,
    *,
    by: User | str,
    name: str,
    expires_at: datetime | None,
    rate_per_second: float | None,
    burst: int | None,
    expected_version: str | None = None,
) -> None:
    """Change the name, the rate or when the key ends. Its app and scopes stay: another key has others.

    Raises Conflict, and ValueError for a key that works no more.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    _check_rate(rate_per_second, burst)
    times.check_ahead(expires_at)
    with transaction.atomic():
        locked = _lock_live(key)
        EDITED.check(expected_version, locked)
        before = _told(locked)
        if times.minute(expires_at) == times.minute(locked.expires_at):
            expires_at = locked.expires_at  # a form knows no seconds
        locked.name, locked.expires_at, locked.rate_per_second, locked.burst = name, expires_at, rate_per_second, burst
        locked.save(update_fields=["name", "expires_at", "rate_per_second", "burst"])
        audit.record(AuditAction.KEY_CHANGED, by=by, on=locked, before=before, **_told(locked))


def rotate(key: AccessKey, *, by: User | str, ends_at: datetime | None = None) -> tuple[AccessKey, str]:
    """A new key that may do the same, shown only now; the old one works until `ends_at`, or no more when that is None.

    Raises ValueError for a key that works no more or has been replaced.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    times.check_ahead(ends_at)
    with transaction.atomic():
        old = _lock_live(key)
        if old.replaced_by_id:
            raise ValueError(gettext("This key has been replaced. Rotate the one that replaced it."))
        new, secret = issue(
            name=old.name,
            app=old.app,
            scopes=old.scopes,
            rate_per_second=old.rate_per_second,
            burst=old.burst,
            may_loosen=old.may_loosen,
            by=by,
        )
        ends = ends_at or timezone.now()
        old.expires_at, old.replaced_by = min(ends, old.expires_at or ends), new
        old.save(update_fields=["expires_at", "replaced_by"])
        told = {"name": old.name, "ends_at": times.iso(old.expires_at), "replaced_by": new.pk}
        audit.record(AuditAction.KEY_ROTATED, by=by, on=old, **told)
    return new, secret


def revoke(key: AccessKey, *, by: User | str) -> None:
    """Revoke the key, which stops working at once. Revoking it again changes nothing."""
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = AccessKey.objects.select_for_update(no_key=True).get(pk=key.pk)
        if locked.revoked_at is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
            audit.record(AuditAction.KEY_REVOKED, by=by, on=locked, name=locked.name)


def find(key: str) -> AccessKey | None:
    """The live key, or None. Looked up by its digest, so the time taken reveals nothing about the key."""
    found = _LIVE.first(sha256=_sha256(key))
    if found is None:
        return None
    row: AccessKey = found[0]
    row.app = found[1]
    return row


def _sha256(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _lock_live(key: AccessKey) -> AccessKey:
    locked = AccessKey.objects.select_for_update(of=["self"], no_key=True).select_related("app").get(pk=key.pk)
    if not locked.is_live:
        raise ValueError(gettext("This key works no more. Issue another one."))
    return locked


def _check_rate(rate_per_second: float | None, burst: int | None) -> None:
    rate_fits = rate_per_second is None or 0.001 <= rate_per_second <= 1_000_000
    if not rate_fits or (burst is not None and not 0 < burst < 2**31):
        raise ValueError(gettext("A rate is from 0.001 to 1,000,000 calls a second, a burst at least 1 call."))


def _values(key: AccessKey) -> dict[str, Any]:
    """As its form has them: the time to the minute, in the zone of who reads it."""
    expires_at = times.minute(key.expires_at)
    return {"name": key.name, "expires_at": expires_at, "rate_per_second": key.rate_per_second, "burst": key.burst}


def _told(key: AccessKey) -> dict[str, Any]:
    """As the audit keeps them, for readers in any zone."""
    return _values(key) | {"expires_at": times.iso(key.expires_at)}


EDITED = Edited(_values, recorded_as=[AuditAction.KEY_CHANGED, AuditAction.KEY_ROTATED])
