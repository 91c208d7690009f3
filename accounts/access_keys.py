"""Issue, find and revoke the keys that backends sign in with."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.database.statements import Columns, Statement
from accounts.models import AccessKey, App, User
from accounts.permissions import check
from accounts.roles import Permission

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
    key=Columns(AccessKey, without=["created_at", "expires_at", "revoked_at"]),
    app=Columns(App, without=["created_at"]),
)


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
) -> tuple[AccessKey, str]:
    """Create a key for one app, or for all when `app` is None. Returns the row and the key, which is shown only now.

    `key` lets an operator set a key of their own, of at least 16 characters. Default rate: the installation's; default
    burst: two seconds' worth of the rate. Raises ValueError.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    unknown = set(scopes) - set(AccessKey.Scope.values)
    if unknown or not scopes:
        refused = gettext("Unknown scope {unknown}: use one or more of {known}.")
        raise ValueError(refused.format(unknown=sorted(unknown), known=AccessKey.Scope.values))
    rate_fits = rate_per_second is None or 0.001 <= rate_per_second <= 1_000_000
    if not rate_fits or (burst is not None and not 0 < burst < 2**31):
        raise ValueError(gettext("A rate is from 0.001 to 1,000,000 calls a second, a burst at least 1 call."))
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
            created_by=by if isinstance(by, User) else None,
        )
        rate = {"rate_per_second": rate_per_second, "burst": burst}
        audit.record(
            AuditAction.KEY_ISSUED, by=by, on=row, name=name, app=app and app.app_id, scopes=row.scopes, **rate
        )
    return row, key


def revoke(key: AccessKey, *, by: User | str) -> None:
    """Revoke the key, which stops working at once. Revoking it again changes nothing."""
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        if AccessKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=Now()):
            audit.record(AuditAction.KEY_REVOKED, by=by, on=key, name=key.name)


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
