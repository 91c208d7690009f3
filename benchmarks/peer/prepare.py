"""Run by Label Studio's own Python, with a file's name: its tables, and eight people whose tokens are written there."""

from __future__ import annotations

import sys
from pathlib import Path

import label_studio.server

PEOPLE = 8

label_studio.server._setup_env()

from django.core.management import call_command  # noqa: E402 - Django is set up above
from organizations.models import Organization  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402
from users.models import User  # noqa: E402

call_command("migrate", verbosity=0)
people = [User.objects.create_user(email=f"person{n}@example.test", password="x" * 12) for n in range(PEOPLE)]
organization = Organization.create_organization(
    created_by=people[0], title="Label Studio", legacy_api_tokens_enabled=True
)
for number, person in enumerate(people):
    if number:
        organization.add_user(person)
    person.active_organization = organization
    person.save()
Path(sys.argv[1]).write_text("\n".join(Token.objects.get(user=person).key for person in people))
