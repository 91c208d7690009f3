"""`manage.py maintain --once|--loop`: run maintenance with PostgreSQL alone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from moderation import last_times
from moderation.last_times import Happening
from moderation.runtime.key_fingerprint import refuse_another_key
from moderation.runtime.process_name import process_name
from moderation.runtime.run_loop import poll
from review.maintenance import maintain


class Command(BaseCommand):
    help = "Do what lost worker notifications should have started, and what has fallen due. --loop: every 2 seconds."
    requires_system_checks = ()  # they load every page, for as long as this process lives

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="one round, then exit")
        how.add_argument("--loop", action="store_true", help="repeat until SIGTERM or Ctrl-C")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        refuse_another_key()
        if once:
            done = maintain(leave_fresh=False)
            self.stdout.write(", ".join(f"{count} {what}" for what, count in done.items()))
        else:
            poll(_round, every_seconds=2.0)


def _round() -> None:
    last_times.record(Happening.MAINTENANCE, by=process_name(), every_seconds=10.0)
    maintain()
