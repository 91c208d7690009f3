"""The checksums of a backup's files, in a list that `sha256sum --check files.sha256` reads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from moderation.backup.errors import BackupRefused

NAME = "files.sha256"


def of_folder(folder: Path, *, within: Path) -> Iterator[tuple[str, str]]:
    """Checksum and name of every file in `folder`, named from `within`."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield of_file(path), path.relative_to(within).as_posix()


def of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def line(digest: str, name: str) -> str:
    return f"{digest}  {name}\n"


def read(folder: Path) -> Iterator[tuple[str, str]]:
    """Checksum and name of every file that the backup lists."""
    with (folder / NAME).open() as listing:
        for one in listing:
            digest, _, name = one.rstrip("\n").partition("  ")
            if ".." in Path(name).parts or Path(name).is_absolute():
                raise BackupRefused(f"{NAME} names {name}, which is not inside the backup.")
            yield digest, name


def verify(folder: Path, *, below: tuple[str, ...]) -> int:
    """Read every listed file whose name begins with one of `below`. Raises BackupRefused at the first that is gone or
    different. Returns how many there are.
    """
    count = 0
    for digest, name in read(folder):
        if name.startswith(below):
            path = folder / name
            if not path.is_file() or of_file(path) != digest:
                raise BackupRefused(
                    f"{name} is gone or not what was saved: the backup is damaged. Nothing was changed."
                )
            count += 1
    return count
