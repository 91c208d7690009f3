"""`manage.py rotate_secret_key`: after SECRET_KEY was changed, seal everything with the new one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from moderation.sealed_secrets import SomeStayClosed, seal_anew


class Command(BaseCommand):
    help = (
        "Seal all stored secrets with SECRET_KEY. The key before it has to be in SECRET_KEY_FALLBACKS, and can be "
        "taken out of it afterwards."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--lost", action="store_true", help="the old key is lost: go on with secrets that nobody can open"
        )

    def handle(self, *args: Any, lost: bool, **options: Any) -> None:
        try:
            tally = seal_anew(lost=lost)
        except SomeStayClosed as some:
            raise CommandError(
                f"{some} stored secrets are opened by neither SECRET_KEY nor SECRET_KEY_FALLBACKS; nothing was changed."
                " Add the key that they were sealed with. If it is lost, use --lost."
            ) from None
        self.stdout.write(
            f"{tally.sealed} secrets are sealed with SECRET_KEY now. Earlier keys are not needed for them."
        )
        if tally.closed:
            self.stdout.write(
                f"{tally.closed} stay closed: rotate the secrets of endpoints, and give keys of engines and callback"
                " addresses, secret headers and second factors anew."
            )
