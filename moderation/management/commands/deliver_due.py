"""`manage.py deliver_due --once|--loop`: send what is due, with PostgreSQL alone."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from moderation.polling import poll
from moderation.webhooks.deliver import deliver_due


class Command(BaseCommand):
    help = "Send the webhooks that are due. --loop looks again every second until it is stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="send what is due now, then leave")
        how.add_argument("--loop", action="store_true", help="go on until SIGTERM or Ctrl-C")

    def handle(self, *args: Any, once: bool, **options: Any) -> None:
        if once:
            self.stdout.write(f"{deliver_due()} attempts made")
        else:
            poll(lambda: deliver_due(only_one=True), every_seconds=1.0)
