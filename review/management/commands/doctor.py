"""`manage.py doctor`: ask every check of the installation, and say what to do."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from review.installation.findings import State
from review.installation.health import Checked, look


class Command(BaseCommand):
    help = "Check the installation: what is found, and what to do. The exit code is 1 when something is broken."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object for each check")
        parser.add_argument("--language", default="en", choices=[code for code, _ in settings.LANGUAGES])

    def handle(self, *args: Any, language: str, **options: Any) -> None:
        with translation.override(language):
            found = look()
        if options["json"]:
            self.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        else:
            for one in found:
                self._tell(one)
        if any(one.state == State.BROKEN for one in found):
            sys.exit(1)

    def _tell(self, one: Checked) -> None:
        style = {State.OK: self.style.SUCCESS, State.ATTENTION: self.style.WARNING, State.BROKEN: self.style.ERROR}
        self.stdout.write(f"{style[one.state](f'{one.state:9}')}  {one.title}: {one.found}")
        if one.to_do:
            self.stdout.write(f"           → {one.to_do}")
