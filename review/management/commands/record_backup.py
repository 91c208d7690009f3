"""`manage.py record_backup`: note that a backup was made, for the health page and `manage.py doctor`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from moderation import last_times
from moderation.last_times import Happening
from moderation.runtime.process_name import process_name


class Command(BaseCommand):
    help = "Note that the database and the pictures were saved just now. Call it at the end of the script that does it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--by", default="", help="what made it, as the health page says; default: this host")

    def handle(self, *args: Any, by: str, **options: Any) -> None:
        last_times.record(Happening.BACKUP, by=by or process_name())
