"""`manage.py states`: print the page of the state machine."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from review.workflow.state_diagram import page


class Command(BaseCommand):
    help = "Print docs/states.md as it should be."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
