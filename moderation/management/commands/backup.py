"""`manage.py backup FOLDER`: save the database and the pictures."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.backup.errors import BackupRefused
from moderation.backup.save import save
from moderation.runtime.process_name import process_name


class Command(BaseCommand):
    help = (
        "Save the database and the pictures into a new folder, while everything runs. The folder appears when all is "
        "in it. SECRET_KEY is not in it: keep it elsewhere."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")
        parser.add_argument("--without-pictures", action="store_true", help="the picture store is saved by other means")
        parser.add_argument("--jobs", type=int, default=2, help="tables that are dumped at the same time; default: 2")

    def handle(self, *args: Any, folder: Path, without_pictures: bool, jobs: int, **options: Any) -> None:
        try:
            saved = save(folder.absolute(), by=process_name(), with_pictures=not without_pictures, jobs=jobs)
        except BackupRefused as refused:
            raise CommandError(str(refused)) from None
        pictures = "no pictures" if saved.pictures is None else f"{saved.pictures} files of pictures"
        self.stdout.write(f"{folder}: {saved.rows['moderation.Case']} cases, {pictures}, as of {saved.made_at}")
        if saved.pictures_missing:
            self.stdout.write(f"{saved.pictures_missing} files of pictures were gone from the picture store already")
