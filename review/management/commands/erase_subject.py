"""`manage.py erase_subject TOKEN_ID`: count what is kept of a subject; with `--cases N` erase it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import App
from moderation.erasure import applied_again
from review.retention import subjects


class Command(BaseCommand):
    help = (
        "Count the cases of a subject. With --cases and that number, erase all that is kept of it: maintenance does it "
        "and the page Retention has the certificate. --again reads a certificate, or a file of them, and erases once "
        "more the cases that a restored backup has brought back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "token_id", nargs="?", default="", help="the tokenId by which the platform calls the subject"
        )
        parser.add_argument("--app", default="", help="appId; default: every app")
        parser.add_argument("--cases", type=int, help="how many cases there are: erase them")
        parser.add_argument("--again", type=Path, help="a certificate, or DATA_DIR/erasures.jsonl of another host")

    def handle(
        self, *args: Any, token_id: str, app: str, cases: int | None, again: Path | None, **options: Any
    ) -> None:
        if again:
            self.stdout.write(f"{applied_again.begin_unknown(again)} erasures are made again by maintenance")
            return
        try:
            self.stdout.write(_erase(token_id, _app(app), cases))
        except subjects.ErasureRefused as refused:
            raise CommandError(str(refused)) from None


def _app(app_id: str) -> App | None:
    found = App.objects.filter(app_id=app_id).first() if app_id else None
    if app_id and found is None:
        raise CommandError(f"There is no app {app_id}.")
    return found


def _erase(token_id: str, app: App | None, cases: int | None) -> str:
    by = subjects.COMMAND_LINE
    if cases is None:
        found = subjects.count(token_id, app=app, by=by)
        return f"{found.cases} cases, {found.pictures} with a picture; {found.waiting} not over, {found.held} held"
    made = subjects.begin(token_id, app=app, counted=cases, by=by)
    return f"Erasure {made.pk} has begun: maintenance does it"
