"""Save the database and the pictures into a folder: a whole backup, or none."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moderation import last_times
from moderation.backup import checksums, database, manifest, pictures
from moderation.backup.errors import BackupRefused
from moderation.backup.manifest import Manifest
from moderation.last_times import Happening
from moderation.runtime import key_fingerprint


def save(folder: Path, *, by: str, with_pictures: bool = True, jobs: int = 2) -> Manifest:
    """Save into `folder`, which is not there yet and appears when all is in it.

    The pictures are copied after the database was dumped, and their names were read at the same moment: every picture
    that the dump names is in the backup, unless it was erased meanwhile. Raises BackupRefused.
    """
    if folder.exists():
        raise BackupRefused(f"{folder} is there already. Give the name of a folder that is not.")
    if with_pictures:
        pictures.refuse_if_store_is_down()
    try:
        with _appears_whole(folder) as draft:
            saved = _save(draft, by=by, with_pictures=with_pictures, jobs=jobs)
            manifest.write(saved, draft)
    except OSError as error:
        raise BackupRefused(f"{folder} cannot be written: {error}") from None
    last_times.record(Happening.BACKUP, by=by)
    return saved


def _save(draft: Path, *, by: str, with_pictures: bool, jobs: int) -> Manifest:
    with database.moment() as seen:
        database.dump(seen, draft, jobs=jobs)
        ((made_at, version),) = seen.ask("SELECT now(), current_setting('server_version')")
        names = pictures.keys(seen.connection) if with_pictures else []
        rows, applied = database.count(seen), _applied(seen)
        key = key_fingerprint.stored_fingerprint(seen.connection.cursor()) or key_fingerprint.ours()
    kept, missing = _write_files(draft, names)
    return Manifest(
        made_at=made_at.isoformat(),
        made_by=by,
        postgresql=version,
        key_fingerprint=key,
        migrations=applied,
        rows=rows,
        pictures=kept if with_pictures else None,
        pictures_missing=missing,
        files_sha256=hashlib.sha256((draft / checksums.NAME).read_bytes()).hexdigest(),
    )


def _applied(seen: database.Moment) -> list[str]:
    return [f"{app}.{name}" for app, name in seen.ask("SELECT app, name FROM django_migrations ORDER BY app, name")]


def _write_files(draft: Path, names: list[str]) -> tuple[int, int]:
    """Copy the pictures and list all files. Returns how many pictures were copied, and how many are gone."""
    copied = missing = 0
    with (draft / checksums.NAME).open("w") as listing:
        for digest, name in checksums.of_folder(draft / database.FOLDER, within=draft):
            listing.write(checksums.line(digest, name))
        for key, digest in pictures.save(names, draft):
            if digest:
                listing.write(checksums.line(digest, f"{pictures.FOLDER}/{key}"))
            copied, missing = copied + bool(digest), missing + (not digest)
    return copied, missing


@contextmanager
def _appears_whole(folder: Path) -> Iterator[Path]:
    """A folder to write into, beside the wanted one, which becomes it at the end and is gone after an error."""
    draft = folder.with_name(f".{folder.name}.unfinished-{secrets.token_hex(4)}")
    draft.mkdir(mode=0o700, parents=True)
    try:
        yield draft
        _flush(draft)
        draft.rename(folder)
        _flush(folder.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _flush(folder: Path) -> None:
    """Have the folder's own entries and files on disk."""
    for path in (folder, *(path for path in folder.iterdir() if path.is_file())):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
