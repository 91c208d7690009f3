"""`manage.py rebuild_reports`: count the reports' tables anew from decisions, tasks and leases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from review.models import ReportCount
from review.statistics.reports import roll_up


class Command(BaseCommand):
    help = "Count the reports anew from what was decided. Safe at any time: reports stay readable meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        roll_up.rebuild()
        self.stdout.write(f"{ReportCount.objects.count()} rows, up to {roll_up.state_of().rolled_at}")
