"""Create, find, change, rotate and revoke callback addresses."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.last_use import LastUse
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation.models import CallbackAddress
from moderation.runtime import encryption

_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
LAST_USE = LastUse(CallbackAddress)


def create(
    *, name: str, app: App, access_key: str = "", by: User | str, secret: str | None = None
) -> tuple[CallbackAddress, str]:
    """Create an address for one app. Returns the row and its secret, which is shown only now.

    `access_key` is that of the app's account at the detection service: when given, old envelopes must carry its
    checksum. `secret` lets an operator set one of their own. Raises ValueError.
    """
    _check(by)
    secret = secret or secrets.token_urlsafe(32)
    if not _SECRET.fullmatch(secret):
        raise ValueError("A secret has 16–128 letters, digits, underscores and hyphens.")
    return _insert(name=name, app=app, sealed_access_key=_sealed(access_key), secret=secret, by=by)


def change(
    address: CallbackAddress,
    *,
    name: str,
    access_key: str | None,
    by: User | str,
    expected_version: str | None = None,
) -> None:
    """Change the name or the account's key: None leaves the key as it is, "" stops verifying checksums.

    Raises Conflict, and ValueError for one that is called no more.
    """
    _check(by)
    with transaction.atomic():
        locked = _locked(address)
        if not locked.is_live:
            raise ValueError(gettext("This address has ended or was revoked. Create another one."))
        EDITED.check(expected_version, locked)
        before = {"name": locked.name, "verifies": bool(locked.sealed_access_key)}
        locked.name = name
        if access_key is not None:
            locked.sealed_access_key = _sealed(access_key)
        locked.save(update_fields=["name", "sealed_access_key"])
        told = {"before": before, "new_access_key": access_key is not None}
        _record(AuditAction.CALLBACK_ADDRESS_CHANGED, locked, by=by, **told)


def rotate(address: CallbackAddress, *, by: User | str, ends_at: datetime | None = None) -> tuple[CallbackAddress, str]:
    """Another address for the same app and account, whose secret is shown only now; the old one is called until
    `ends_at`, or no more when that is None. Raises ValueError for one that ended or has been replaced.
    """
    _check(by)
    times.check_ahead(ends_at)
    with transaction.atomic():
        old = _locked(address)
        if not old.is_live or old.replaced_by_id:
            raise ValueError(gettext("This address has ended or was replaced. Rotate the one that replaced it."))
        new, secret = _insert(
            name=old.name,
            app=old.app,
            sealed_access_key=old.sealed_access_key,
            secret=secrets.token_urlsafe(32),
            by=by,
        )
        old.ends_at, old.replaced_by = ends_at or timezone.now(), new
        old.save(update_fields=["ends_at", "replaced_by"])
        ends = times.iso(old.ends_at)
        audit.record(
            AuditAction.CALLBACK_ADDRESS_ROTATED, by=by, on=old, name=old.name, ends_at=ends, replaced_by=new.pk
        )
    return new, secret


def revoke(address: CallbackAddress, *, by: User | str) -> None:
    """Refuse further callbacks to this address. Quarantined bodies can still be replayed. Idempotent."""
    _check(by)
    with transaction.atomic():
        locked = _locked(address)
        if locked.revoked_at is None:
            locked.revoked_at = timezone.now()
            locked.save(update_fields=["revoked_at"])
            _record(AuditAction.CALLBACK_ADDRESS_REVOKED, locked, by=by)


def find(secret: str) -> CallbackAddress | None:
    """The live address, or None. Looked up by its digest, so the time taken reveals nothing about the secret."""
    live = CallbackAddress.objects.filter(secret_sha256=_sha256(secret), revoked_at=None)
    return live.filter(Q(ends_at=None) | Q(ends_at__gt=Now())).select_related("app").first()


def access_key_of(address: CallbackAddress) -> str | None:
    return encryption.unseal(address.sealed_access_key) if address.sealed_access_key else None


def _values(address: CallbackAddress) -> dict[str, Any]:
    """The account's key as a digest of its ciphertext, which changes whenever it is set."""
    return {"name": address.name, "sealed_access_key": _sha256(address.sealed_access_key)[:16]}


EDITED = Edited(
    _values,
    recorded_as=[AuditAction.CALLBACK_ADDRESS_CHANGED],
    labels={"sealed_access_key": _("accessKey (as a digest)")},
)


def _locked(address: CallbackAddress) -> CallbackAddress:
    rows = CallbackAddress.objects.select_for_update(no_key=True, of=["self"]).select_related("app")
    return rows.get(pk=address.pk)


def _insert(*, name: str, app: App, sealed_access_key: str, secret: str, by: User | str) -> tuple[CallbackAddress, str]:
    with transaction.atomic():
        address = CallbackAddress.objects.create(
            name=name,
            app=app,
            secret_sha256=_sha256(secret),
            hint=secret[:4],
            sealed_access_key=sealed_access_key,
            created_by=by if isinstance(by, User) else None,
        )
        _record(AuditAction.CALLBACK_ADDRESS_CREATED, address, by=by)
    return address, secret


def _sealed(access_key: str) -> str:
    return encryption.seal(access_key) if access_key else ""


def _record(action: AuditAction, address: CallbackAddress, *, by: User | str, **details: Any) -> None:
    verifies = bool(address.sealed_access_key)
    audit.record(action, by=by, on=address, name=address.name, app=address.app.app_id, verifies=verifies, **details)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _check(by: User | str) -> None:
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
