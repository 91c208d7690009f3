"""Store the scores of cases that came in before scores were stored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation.stored_facts import backfill

TELL_SECONDS = 5.0


class Command(BaseCommand):
    help = "Stores the scores and facts of older cases, for replays of policies. Can be stopped and started again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--again", action="store_true", help="look at every case once more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["again"]:
            backfill.again()
        filled = 0
        while (left := backfill.left()) is not None:
            self.stdout.write(f"{filled} cases filled, {100 - left} % done")
            filled += backfill.work(for_seconds=TELL_SECONDS, is_patient=True)
        self.stdout.write(f"Done: {filled} cases filled.")
        if skipped := backfill.skipped():
            self.stdout.write(f"{skipped} cases cannot be read, so that no replay counts them: the log says why.")
