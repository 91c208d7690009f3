"""What a backup says about itself, and whether this installation can take it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db.migrations.loader import MigrationLoader

from moderation.backup.errors import BackupRefused
from moderation.runtime import key_fingerprint

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`rows` counts the most telling tables, `files_sha256` is the checksum of the list of checksums."""

    made_at: str
    made_by: str
    postgresql: str
    key_fingerprint: str
    migrations: list[str]
    rows: dict[str, int]
    pictures: int | None  # files; None when they were left out
    pictures_missing: int
    files_sha256: str
    format: int = FORMAT


def write(manifest: Manifest, folder: Path) -> None:
    (folder / NAME).write_text(json.dumps(asdict(manifest), indent=2, ensure_ascii=False) + "\n")


def read(folder: Path) -> Manifest:
    """Raises BackupRefused when there is none, or one that this version does not know."""
    try:
        told: dict[str, Any] = json.loads((folder / NAME).read_text())
        if told["format"] != FORMAT:
            raise BackupRefused(
                f"{folder} has the format {told['format']}, this version reads {FORMAT}. Update it first."
            )
        return Manifest(**told)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BackupRefused(f"{folder} is not a backup, or not a whole one: {NAME} cannot be read ({error}).") from None


def refuse_newer(manifest: Manifest) -> None:
    """Raises BackupRefused when it was made by a newer version: its migrations are unknown here."""
    known = {".".join(one) for one in MigrationLoader(None).disk_migrations or ()}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupRefused(
            f"the backup was made by a newer version: it has {len(unknown)} migrations that are unknown here"
            f" ({', '.join(unknown[:3])}). Install the version that made it, or a later one."
        )


def refuse_other_key(manifest: Manifest) -> None:
    """Raises BackupRefused when its secrets were sealed with another SECRET_KEY."""
    if not key_fingerprint.fits(manifest.key_fingerprint):
        shown = key_fingerprint.SHOWN_CHARACTERS
        raise BackupRefused(
            "the backup was made with another SECRET_KEY (its fingerprint is"
            f" {manifest.key_fingerprint[:shown]}, ours is {key_fingerprint.ours()[:shown]}): no webhook could be"
            " signed. Set SECRET_KEY to the one of the installation that was saved; with the embedded database it is"
            " in the file secret_key of its DATA_DIR. A backup does not contain it."
        )


def refuse_damaged(manifest: Manifest, listing: Path) -> None:
    if hashlib.sha256(listing.read_bytes() if listing.exists() else b"").hexdigest() != manifest.files_sha256:
        raise BackupRefused(f"{listing} is not the one that {NAME} was written with: the backup is damaged.")
