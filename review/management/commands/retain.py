"""`manage.py retain --dry-run|--now`: count what the retention rules in force would erase, or erase it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from moderation.media import removals
from review.retention import dry_run, rules, runs


class Command(BaseCommand):
    help = (
        "Erase the pictures, texts and records of cases that were kept long enough by the rules of the page Retention. "
        "Maintenance does the same by itself, every hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--dry-run", action="store_true", help="count, and erase nothing")
        how.add_argument("--now", action="store_true", help="erase until nothing is due any more")

    def handle(self, *args: Any, now: bool, **options: Any) -> None:
        self.stdout.write(_erased() if now else _counted())


def _counted() -> str:
    counted = dry_run.count(rules.in_force(), for_seconds=None)
    return (
        f"{counted.pictures} pictures, the texts of {counted.bodies} cases and the records of {counted.records}"
        f" cases are due, of {counted.looked} cases looked at; {counted.held} cases are under legal hold"
    )


def _erased() -> str:
    erased = runs.whole()
    while removals.work():
        pass
    return f"Erased what was due of {erased} cases"
