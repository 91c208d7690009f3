"""`manage.py restore FOLDER`: restore what `manage.py backup` saved."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.backup.errors import BackupRefused
from moderation.backup.restore import restore


class Command(BaseCommand):
    help = (
        "Restore a backup into the database of DATABASE_URL, which has to be empty, and the picture store of "
        "MEDIA_STORAGE. Nothing else may run on them meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="what `manage.py backup` made")
        parser.add_argument("--replace", action="store_true", help="throw away all that is in the database")
        parser.add_argument("--without-pictures", action="store_true", help="leave the picture store as it is")
        parser.add_argument(
            "--jobs",
            type=int,
            default=1,
            help="tables that are loaded at the same time; with more than 1 an error leaves a part; default: 1",
        )

    def handle(
        self, *args: Any, folder: Path, replace: bool, without_pictures: bool, jobs: int, **options: Any
    ) -> None:
        try:
            done = restore(folder.absolute(), replace=replace, with_pictures=not without_pictures, jobs=jobs)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        cases = done.manifest.rows["moderation.Case"]
        self.stdout.write(f"{cases} cases and {done.pictures} files of pictures, as of {done.manifest.made_at}")
        if done.lost:
            self.stdout.write(f"{done.lost} pictures have no files: they are fetched anew where they have an address")
        if done.heads_moved_to:
            self.stdout.write(f"Heads of the audit chain from before are in {done.heads_moved_to}")
        if done.erasures:
            self.stdout.write(
                f"{done.erasures} erasures were made after this backup: they are made again by maintenance"
            )
        self.stdout.write("Start the processes now. What was due is sent again, with the same ids.")
