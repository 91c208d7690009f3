"""Readiness checks of the installation: a list of named checks, each with what to do when it fails.

A failed check that `stops` makes this process unable to serve; the others leave it slower or without a part.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.files.storage import FileSystemStorage, storages
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import QuerySet
from psycopg.errors import InsufficientPrivilege, UndefinedTable
from psycopg_pool import PoolTimeout

from accounts.database.base import is_behind_pooler
from accounts.redis_servers import redis_client
from moderation.models import AppEngine, CallbackAddress, EndpointSecret
from moderation.runtime import encryption, key_fingerprint
from moderation.webhooks import dispatcher_lease

SHOWN_FILE = "css/base.css"  # every page loads it
SECRETS_LOOKED_AT = 200
LEAST_FREE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """`ask` returns what is wrong in a few words, or "". With `needs_database` it is skipped while that is down."""

    name: str
    ask: Callable[[], str]
    to_do: str
    stops: bool = False
    needs_database: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """A failed check."""

    name: str
    why: str
    to_do: str
    stops: bool


def look(checks: Iterable[Check] | None = None) -> Iterator[Found]:
    """Run the checks in order. Never raises."""
    without_database = False
    for check in CHECKS if checks is None else checks:
        if without_database and check.needs_database:
            continue
        why = _answer(check)
        without_database = without_database or (check.name == "postgresql" and bool(why))
        if why:
            yield Found(check.name, why, check.to_do, check.stops)


def _answer(check: Check) -> str:
    try:
        return check.ask()
    except (DatabaseError, PoolTimeout) as error:
        return f"the database does not answer ({type(error).__name__})"


# Temporary tables are allowed on read-only servers, so the first two are queried explicitly. The rows are there for
# their size: a full disk refuses to extend the table's file. All of it is taken back: a session that has a temporary
# table drops it when it ends, that commit waits for the synchronous standby, and nothing interrupts it any more. A
# primary that was cut off from its standby could not shut down.
_WRITABLE = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::bool"
_ROWS = "CREATE TEMPORARY TABLE room_on_disk AS SELECT repeat('x', 1900) AS filler FROM generate_series(1, 128)"


def database() -> str:
    """Whether the database responds and accepts writes."""
    with connection.cursor() as cursor:
        cursor.execute(_WRITABLE)
        if any(cursor.fetchone()):
            return "read-only"
    return "" if _has_room() else "refuses writes"


def _has_room() -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ROWS)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return isinstance(error.__cause__, InsufficientPrivilege)  # then writability cannot be tested this way
    return True


_LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")


def session_limits() -> str:
    """Behind a pooler that refuses `options` sessions have the role's limits, or none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM unnest(%s::text[]) AS name WHERE current_setting(name) = '0'", [list(_LIMITS)])
        without = [name for (name,) in cursor.fetchall()]
    return f"{', '.join(without)} 0: nothing ends what hangs" if without else ""


def pooler() -> str:
    with connection.cursor():
        told = getattr(connection, "knows_pooler", True)
        return "" if told or not is_behind_pooler(connection.connection) else "found, and DATABASE_POOLER is not set"


@cache
def _on_disk() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def missing_migrations() -> int:
    return len(_on_disk() - _applied())


def _applied() -> set[tuple[str, str]]:
    """Django's own asks first whether the table is there."""
    try:
        return set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedTable):  # nothing was ever applied
            return set()
        raise


def migrations() -> str:
    missing = missing_migrations()
    return f"{missing} not applied" if missing else ""


def static_files() -> str:
    if not isinstance(staticfiles_storage, ManifestStaticFilesStorage):  # DEBUG serves them from their sources
        return ""
    try:
        name = staticfiles_storage.stored_name(SHOWN_FILE)
    except ValueError:
        return "not collected"
    return "" if staticfiles_storage.exists(name) else "not there"


def secret_key() -> str:
    """Whether this database was used with SECRET_KEY."""
    return "is not the one that this database was used with" if is_another_key() else ""


def is_another_key(*, secrets: tuple[int, int] | None = None) -> bool:
    """By the fingerprint that the database keeps; in one without, by whether the key opens any stored secret: of those
    that `closed_secrets` has told, if it was asked before.
    """
    with connection.cursor() as cursor:
        stored = key_fingerprint.stored_fingerprint(cursor)
    if stored is not None:
        return not key_fingerprint.fits(stored)
    closed, of = secrets or closed_secrets()
    return bool(closed) and closed == of


def stored_secrets() -> str:
    closed, stored = secrets = closed_secrets()
    return f"{closed} of {stored} cannot be opened" if closed and not is_another_key(secrets=secrets) else ""


def closed_secrets() -> tuple[int, int]:
    """How many of the stored secrets SECRET_KEY does not decrypt, and how many there are (of each kind 200 at most)."""
    sealed = _sealed()
    return sum(not encryption.opens(ciphertext) for ciphertext in sealed), len(sealed)


def _sealed() -> list[str]:
    endpoints = EndpointSecret.objects.exclude(endpoint__state="deleted").order_by("-pk")
    addresses = CallbackAddress.objects.filter(revoked_at=None).exclude(sealed_access_key="").order_by("-pk")
    engines = AppEngine.objects.order_by("-pk")
    kinds: list[QuerySet[Any, str]] = [
        endpoints.values_list("ciphertext", flat=True)[:SECRETS_LOOKED_AT],
        addresses.values_list("sealed_access_key", flat=True)[:SECRETS_LOOKED_AT],
        engines.values_list("sealed_settings", flat=True)[:SECRETS_LOOKED_AT],
    ]
    return list(kinds[0].union(*kinds[1:], all=True))


def redis_answers() -> str:
    client = redis_client(settings.REDIS_URL, socket_connect_timeout=0.3, socket_timeout=0.3)
    try:
        return "" if client.ping() else "does not answer"
    except redis.RedisError:
        return "does not answer"
    finally:
        client.close()


def picture_folder() -> str:
    """Whether the picture folder is writable and has space. A bucket is not checked: its service has checks of its own,
    and this runs every few seconds.
    """
    storage = storages["pictures"]
    if not isinstance(storage, FileSystemStorage):
        return ""
    folder = nearest_folder(Path(storage.location))
    if not os.access(folder, os.W_OK):
        return "cannot be written to"
    return "nearly full" if shutil.disk_usage(folder).free < LEAST_FREE_BYTES else ""


def nearest_folder(folder: Path) -> Path:
    """The folder itself, or its nearest existing parent."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def nobody_delivers() -> str:
    return dispatcher_lease.dispatching().why


CHECKS = (
    Check("postgresql", database, "Start PostgreSQL, or look at DATABASE_URL, its disk and its role.", stops=True),
    Check("migrations", migrations, "Run `python manage.py migrate`.", stops=True),
    Check(
        "staticFiles",
        static_files,
        "Run `python manage.py collectstatic --no-input`, then start this process again.",
        stops=True,
        needs_database=False,
    ),
    Check("secretKey", secret_key, "Set SECRET_KEY to the one this database was used with.", stops=True),
    Check("storedSecrets", stored_secrets, "Rotate the secrets of endpoints whose deliveries wait."),
    Check("sessionLimits", session_limits, "ALTER ROLE … SET these; see docs/running.md, PgBouncer."),
    Check("pooler", pooler, "Set DATABASE_POOLER=true, or connect to PostgreSQL itself."),
    Check("redis", redis_answers, "Start Redis, or look at REDIS_URL. Until then we are slower.", needs_database=False),
    Check("dispatcher", nobody_delivers, "Start, or start again, `python manage.py deliver_due --loop` or a worker."),
    Check("pictures", picture_folder, "Make room, or let us write to MEDIA_STORAGE.", needs_database=False),
)
