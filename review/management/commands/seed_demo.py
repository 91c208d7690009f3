"""`manage.py seed_demo`: the demo's people, apps, queues, policy and endpoint. `make demo` calls it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from review.demo.house import furnish


class Command(BaseCommand):
    help = "Make the demo's people, apps, queues, policy and endpoint, where they are missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customer", required=True, help="base URL of the demo's customer")

    def handle(self, *args: Any, customer: str, **options: Any) -> None:
        furnish(settings.DATA_DIR, customer=customer)
