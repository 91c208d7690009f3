"""`manage.py sign_in_link EMAIL --host https://review.example`: let somebody in who cannot sign in by password."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from accounts.auth import sign_in_link
from accounts.models import User


class Command(BaseCommand):
    help = (
        "Print a link that signs the person in, once and within a quarter of an hour: when the password is lost, or "
        "strangers' guesses keep a new device out. It goes to them by a way that you trust."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--host", default="", help="where the product is served, for example https://review.example"
        )

    def handle(self, *args: Any, email: str, host: str, **options: Any) -> None:
        user = User.objects.filter(email__iexact=email.strip()).first()
        if user is None or not user.is_active:
            raise CommandError(f"There is no active person with the address {email}.")
        token = sign_in_link.make(user, by="command line")
        self.stdout.write(host.rstrip("/") + reverse("sign_in_link", args=[token]))
