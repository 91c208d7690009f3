"""`manage.py set_engines APP < engines.json`: set the chain of engines of an app."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import App
from moderation.contract import ContractError, json_text
from moderation.engines.configure import EngineRefused, Entry, set_engines, told
from moderation.runtime.key_fingerprint import refuse_another_key

FORM = (
    'a list like [{"kind": "deepcleer", "settings": {"cluster": "singapore", "accessKey": "…"}, "on_failure": "fail"}]'
)


class Command(BaseCommand):
    help = f"Set the engines of an app, in their order. Standard input is {FORM}; [] leaves the engine of this host."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("app", help="an appId")

    def handle(self, *args: Any, app: str, **options: Any) -> None:
        refuse_another_key()
        found = App.objects.filter(app_id=app).first()
        if found is None:
            raise CommandError(f'There is no app "{app}".')
        entries = _entries(sys.stdin.buffer.read())
        try:
            set_engines(app=found, engines=entries, by="command line")
        except EngineRefused as refused:
            where = f"engine {refused.place + 1}" + (f", {refused.setting}" if refused.setting else "")
            raise CommandError(f"{where}: {refused}") from None
        for engine in told(found):
            self.stdout.write(json_text.dumps(engine))


def _entries(text: bytes) -> list[Entry]:
    try:
        sent = json_text.loads(text)
    except ContractError as error:
        raise CommandError(f"Not readable as JSON: {error}") from None
    if not isinstance(sent, list) or not all(map(_is_entry, sent)):
        raise CommandError(f"Send {FORM}.")
    return [Entry(one["kind"], one.get("settings", {}), one.get("on_failure", "fail")) for one in sent]


def _is_entry(one: Any) -> bool:
    if not isinstance(one, dict) or not one.keys() <= {"kind", "settings", "on_failure"}:
        return False
    given = one.get("settings", {})
    texts = (one.get("kind"), one.get("on_failure", "fail"), *(given.values() if isinstance(given, dict) else (None,)))
    return all(isinstance(text, str) for text in texts)
