"""Seal every stored secret anew with the present SECRET_KEY, after it was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection, models, transaction

from accounts import audit
from accounts.audit_actions import AuditAction
from moderation.models import AppEngine, CallbackAddress, Endpoint, EndpointSecret, SecretKeyFingerprint
from moderation.runtime import encryption, key_fingerprint
from moderation.runtime.encryption import WrongKey


class SomeStayClosed(Exception):
    """Some secrets were sealed with yet another key. Nothing was changed; that key belongs in SECRET_KEY_FALLBACKS."""


@dataclass(slots=True)
class Tally:
    """How many secrets were sealed anew, and how many stay closed because their key is lost."""

    sealed: int = 0
    closed: int = 0

    def anew(self, ciphertext: str) -> str:
        try:
            sealed = encryption.seal(encryption.unseal(ciphertext))
        except WrongKey:
            self.closed += 1
            return ciphertext
        self.sealed += 1
        return sealed


Change = Callable[[Any, Callable[[str], str]], Any]


def seal_anew(*, lost: bool = False) -> Tally:
    """Seal everything with SECRET_KEY, and let the database belong to it. All of it, or nothing.

    With `lost`, secrets that no key of ours opens stay as they are: they have to be given anew on their pages. Raises
    SomeStayClosed otherwise.
    """
    tally = Tally()
    with transaction.atomic(), connection.cursor() as cursor:
        for rows, column, change in _kinds():
            _seal_rows(rows, column, change, tally)
        if tally.closed and not lost:
            raise SomeStayClosed(f"{tally.closed} of {tally.closed + tally.sealed}")
        key_fingerprint.replace(cursor)
        kept = SecretKeyFingerprint.objects.get()
        audit.record(AuditAction.SECRET_KEY_ROTATED, by="manage.py", on=kept, n=tally.sealed, closed=tally.closed)
    return tally


def _kinds() -> list[tuple[models.QuerySet[Any], str, Change]]:
    """The rows with secrets, the column that has them, and how to change its value."""
    return [
        (EndpointSecret.objects.all(), "ciphertext", _text),
        (CallbackAddress.objects.exclude(sealed_access_key=""), "sealed_access_key", _text),
        (AppEngine.objects.all(), "sealed_settings", _text),
        (Endpoint.objects.all(), "headers", _headers),
        (Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN), "data", _factor),
    ]


def _seal_rows(rows: models.QuerySet[Any], column: str, change: Change, tally: Tally) -> None:
    for row in rows.select_for_update().order_by("pk").iterator():
        before = getattr(row, column)
        after = change(before, tally.anew)
        if after != before:
            type(row)._base_manager.filter(pk=row.pk).update(**{column: after})


def _text(value: str, anew: Callable[[str], str]) -> str:
    return anew(value)


def _headers(value: list[dict[str, Any]], anew: Callable[[str], str]) -> list[dict[str, Any]]:
    """Of an endpoint: those that are secret have `sealed`."""
    return [{**one, "sealed": anew(one["sealed"])} if "sealed" in one else one for one in value]


def _factor(value: dict[str, Any], anew: Callable[[str], str]) -> dict[str, Any]:
    """Of an app with codes its `secret`, of recovery codes their `seed`."""
    return {name: anew(text) if name in ("secret", "seed") else text for name, text in value.items()}
