"""Restore a backup: into an empty database and a picture store, after everything about it was checked."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.audit_chain import anchors
from moderation.backup import checksums, database, manifest, pictures
from moderation.backup.errors import BackupRefused
from moderation.backup.manifest import Manifest
from moderation.erasure import applied_again
from moderation.media import lost_files
from moderation.messages import LedgerCode
from moderation.models import FeedEpoch
from moderation.results import feed_epoch
from moderation.runtime import key_fingerprint

log = logging.getLogger(__name__)
BY = "manage.py restore"


@dataclass(frozen=True, slots=True)
class Restored:
    """`pictures` were copied, `lost` have no files: they are fetched anew, or their cases say that they are gone."""

    manifest: Manifest
    pictures: int
    lost: int
    heads_moved_to: Path | None
    erasures: int  # that the backup had not heard of: maintenance makes them again


def restore(folder: Path, *, replace: bool = False, with_pictures: bool = True, jobs: int = 1) -> Restored:
    """Check everything, copy the pictures, then load the database: when it is there, all it names is there.

    Raises BackupRefused: before anything was changed, or when what was loaded has not as many rows as were saved.
    """
    told = _checked(folder, replace=replace, with_pictures=with_pictures)
    names = [name for _, name in checksums.read(folder) if name.startswith(f"{pictures.FOLDER}/")]
    copied = pictures.load(names, folder) if with_pictures else 0
    database.load(folder, jobs=jobs)
    _compare(told)
    call_command("migrate", verbosity=0)
    database.analyze()
    lost = 0 if _has_all(told, with_pictures) else sum(1 for _ in lost_files.find())
    _begin_anew(told)
    return Restored(told, copied, lost, _move_heads(), applied_again.begin_unknown())


def _checked(folder: Path, *, replace: bool, with_pictures: bool) -> Manifest:
    told = manifest.read(folder)
    manifest.refuse_newer(told)
    manifest.refuse_other_key(told)
    manifest.refuse_damaged(told, folder / checksums.NAME)
    checksums.verify(folder, below=(database.FOLDER, pictures.FOLDER) if with_pictures else (database.FOLDER,))
    database.refuse_unless_empty(replace=replace)
    if with_pictures:
        pictures.refuse_if_store_is_down()
    return told


def _compare(told: Manifest) -> None:
    with database.session() as opened:
        found = database.count(opened)
    if wrong := {name: rows for name, rows in told.rows.items() if found.get(name) != rows}:
        raise BackupRefused(f"these tables do not have as many rows as were saved: {', '.join(wrong)}. Do not use it.")


def _has_all(told: Manifest, with_pictures: bool) -> bool:
    return with_pictures and told.pictures is not None and not told.pictures_missing


def _begin_anew(told: Manifest) -> None:
    """Event numbers are given anew from here, and so readers of the feed have to begin anew."""
    feed_epoch.replace(by=BY, why=LedgerCode.FEED_ASKED_FOR)
    with transaction.atomic(), connection.cursor() as cursor:
        if key_fingerprint.stored_fingerprint(cursor) is None:
            key_fingerprint.replace(cursor)
        audit.record(AuditAction.BACKUP_RESTORED, by=BY, on=FeedEpoch.objects.get(), made_at=told.made_at)


def _move_heads() -> Path | None:
    """The file of the audit's heads may know more than the restored database, which would look like a cut end."""
    if not anchors.file().exists():
        return None
    aside = anchors.file().with_suffix(f".before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S}.jsonl")
    anchors.file().rename(aside)
    log.warning("The heads of the audit chain from before the restore are in %s.", aside)
    return aside
