"""`manage.py createsuperuser --email … --name …`: create an installation's first administrator through `people.add`, so
that it is audited. The password is prompted for or read from DJANGO_SUPERUSER_PASSWORD; without one the account cannot
sign in yet.
"""

from __future__ import annotations

import getpass
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from accounts import people
from accounts.models import User
from accounts.roles import Role


class Command(BaseCommand):
    help = "Create an administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="what the person signs in with")
        parser.add_argument("--name", help="what colleagues read")
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive", help="ask nothing")

    def handle(self, *args: Any, email: str | None, name: str | None, interactive: bool, **options: Any) -> None:
        if not interactive and not (email and name):
            raise CommandError("--email and --name are needed with --noinput.")
        email = email or input("E-mail: ")
        name = name or input("Name: ")
        password = os.environ.get("DJANGO_SUPERUSER_PASSWORD") or (_asked_password() if interactive else None)
        _check(email, password)
        people.add(email=email, name=name, role=Role.ADMINISTRATOR, password=password, by="command line")
        if options["verbosity"]:
            self.stdout.write(f"{email} is an administrator now.")


def _asked_password() -> str:
    first = getpass.getpass()
    if first != getpass.getpass("Password (again): "):
        raise CommandError("The two passwords differ. Nothing was created.")
    return first


def _check(email: str, password: str | None) -> None:
    try:
        validate_email(email)
        if password is not None:
            validate_password(password)
    except ValidationError as error:
        raise CommandError(" ".join(error.messages)) from None
    if User.objects.filter(email__iexact=email).exists():
        raise CommandError(f"{email} has an account already.")
