"""Compare SECRET_KEY with the one that this database was used with, by a fingerprint that the database keeps.

With another key no stored secret can be opened: no webhook is signed and no second factor accepted. So every process
asks when it starts, and ends with words. When the database does not answer at that moment the process starts all the
same, and `/readyz` asks again.
"""

from __future__ import annotations

import sys
from typing import Any

import psycopg
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection
from django.utils.encoding import force_bytes

from moderation.runtime import encryption

WRONG = (
    "SECRET_KEY is not the one that this database was used with (its fingerprint is {ours}, the database has {stored})."
    " Set SECRET_KEY to the one of the installation that the database comes from. To change the key, keep the old one"
    " in SECRET_KEY_FALLBACKS and run `python manage.py rotate_secret_key`; if the old one is lost, run it with --lost."
)
CONNECT_SECONDS = 3
SHOWN_CHARACTERS = 8
_ROW = "secret-key"
_READ = "SELECT fingerprint FROM moderation_secretkeyfingerprint WHERE name = %s"
_KEEP = (
    "INSERT INTO moderation_secretkeyfingerprint (name, fingerprint) VALUES (%s, %s) ON CONFLICT (name) DO {conflict}"
)
# Of an installation from before there were fingerprints: the newest of each kind of sealed secret.
_SEALED = """
(SELECT ciphertext FROM moderation_endpointsecret ORDER BY id DESC LIMIT 50) UNION ALL
(SELECT sealed_access_key FROM moderation_callbackaddress WHERE sealed_access_key <> '' ORDER BY id DESC LIMIT 50)
UNION ALL (SELECT sealed_settings FROM moderation_appengine ORDER BY id DESC LIMIT 50)
"""


def fingerprint(key: str | bytes) -> str:
    """Tells keys apart and nothing else: no secret can be opened with it."""
    return HKDF(algorithm=SHA256(), length=16, salt=None, info=b"fingerprint").derive(force_bytes(key)).hex()


def ours() -> str:
    return fingerprint(settings.SECRET_KEY)


def fits(stored: str) -> bool:
    """Whether it is the fingerprint of SECRET_KEY or of one of SECRET_KEY_FALLBACKS."""
    return stored in {fingerprint(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def stored_fingerprint(cursor: Any) -> str | None:
    cursor.execute(_READ, [_ROW])
    found = cursor.fetchone()
    return found and str(found[0])


def replace(cursor: Any) -> None:
    """From now on the database belongs to SECRET_KEY."""
    conflict = "UPDATE SET fingerprint = excluded.fingerprint, since = statement_timestamp()"
    cursor.execute(_KEEP.format(conflict=conflict), [_ROW, ours()])


def is_anothers(cursor: Any) -> bool:
    """Whether the database was used with another key. At first use it keeps the fingerprint of ours."""
    stored = stored_fingerprint(cursor)
    if stored is None and _opens_some(cursor):
        cursor.execute(_KEEP.format(conflict="NOTHING"), [_ROW, ours()])
        stored = stored_fingerprint(cursor)
    return stored is None or not fits(stored)


def refuse_another_key() -> None:
    """End this process with words when SECRET_KEY is another installation's. Call it when a process starts.

    On a connection of its own: processes that fork must not have opened Django's pool before.
    """
    parameters = {**connection.get_connection_params(), "connect_timeout": CONNECT_SECONDS}
    try:
        with psycopg.connect(**parameters, autocommit=True) as asking, asking.cursor() as cursor:
            anothers, stored = is_anothers(cursor), stored_fingerprint(cursor)
    except psycopg.Error:  # it is down, read-only, or not migrated yet
        return
    if anothers:
        sys.exit(f"Cannot start: {describe(stored)}")


def describe(stored: str | None) -> str:
    shown = stored[:SHOWN_CHARACTERS] if stored else "secrets that it does not open"
    return WRONG.format(ours=ours()[:SHOWN_CHARACTERS], stored=shown)


def _opens_some(cursor: Any) -> bool:
    """Whether our keys open one of the sealed secrets, or there are none."""
    cursor.execute(_SEALED)
    sealed = [text for (text,) in cursor.fetchall()]
    return not sealed or any(map(encryption.opens, sealed))
