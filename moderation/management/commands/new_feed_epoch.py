"""`manage.py new_feed_epoch`: after a restore, refuse all old cursors of the events, so that readers start anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from moderation.messages import LedgerCode
from moderation.results import feed_epoch


class Command(BaseCommand):
    help = (
        "Refuse every cursor of GET /api/v1/events given so far. Run it after the database was restored from a backup, "
        "or set back in time: its event numbers are given anew, and old cursors would skip results."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        feed_epoch.replace(by="manage.py new_feed_epoch", why=LedgerCode.FEED_ASKED_FOR)
        self.stdout.write("Old cursors of /api/v1/events are answered 410 with the oldest valid one from now on.")
