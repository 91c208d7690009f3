"""`manage.py changepassword EMAIL`: as Django's, but audited like every other new password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError
from django.db import transaction

from accounts import audit, sign_out
from accounts.audit_actions import AuditAction
from accounts.models import User


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        user = User.objects.filter(email__iexact=options["username"] or "").first()
        if user is None:
            raise CommandError(f"There is no person with the address {options['username'] or '(none given)'}.")
        with transaction.atomic():
            said = super().handle(*args, **(options | {"username": user.email}))
            user.known_devices.all().delete()
            sign_out.everywhere(user, by="command line")
            audit.record(AuditAction.USER_PASSWORD_SET, by="command line", on=user)
        return said
