"""`manage.py check_pictures`: after a restore, find the pictures whose files are gone and have them fetched anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from moderation.media import lost_files


class Command(BaseCommand):
    help = "Look for the files of every picture; those that are gone are fetched anew, or their cases say why not."

    def handle(self, *args: Any, **options: Any) -> None:
        lost = sum(1 for _ in lost_files.find())
        self.stdout.write(f"{lost} pictures had lost files; they are fetched anew where they have an address")
