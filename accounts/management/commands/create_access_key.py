"""`manage.py create_access_key --app APP|all --scope ingest …`: issue a key and print it once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import access_keys
from accounts.models import AccessKey, App


class Command(BaseCommand):
    help = "Issue an access key for a backend. The key is printed once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--app", required=True, help="an appId, or all")
        parser.add_argument("--scope", required=True, action="extend", nargs="+", choices=AccessKey.Scope.values)
        parser.add_argument("--rate", type=float, help="calls a second; otherwise as INGEST_RATE says")
        parser.add_argument("--burst", type=int, help="calls at once after a rest; otherwise two seconds' worth")
        told = "thresholds in its calls of /v1/image/check may be milder than the policy's"
        parser.add_argument("--may-loosen", action="store_true", help=told)
        parser.add_argument("--name", default="made on the command line")

    def handle(self, *args: Any, app: str, scope: list[str], name: str, **options: Any) -> None:
        given = {"rate_per_second": options["rate"], "burst": options["burst"], "may_loosen": options["may_loosen"]}
        try:
            _, key = access_keys.issue(name=name, app=_app(app), scopes=scope, by="command line", **given)
        except ValueError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(key)


def _app(app_id: str) -> App | None:
    if app_id == "all":
        return None
    try:
        return App.objects.get(app_id=app_id)
    except App.DoesNotExist:
        known = ", ".join(App.objects.values_list("app_id", flat=True)) or "none yet"
        raise CommandError(f'There is no app "{app_id}". Registered: {known}. "all" means every app.') from None
