"""`python -m benchmarks.load.furnish FOLDER`: the tables, an app with an endpoint and thresholds of its own for each
that receives, one without, people with sessions, a key, and the work that waits when the load begins.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.load.options import Load, read

CSRF = "c" * 32
RECORDED = "recorded"
"""The app whose results are only recorded."""


def main(folder: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.core.management import call_command

    PBKDF2PasswordHasher.iterations = 1000
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    _furnished(read(folder)).write(folder)


def _furnished(load: Load) -> Load:
    from accounts import registration
    from accounts.models import App
    from moderation.policy_versions import store
    from review.queues import configure
    from tests import world
    from tests.factories import endpoints, tasks
    from tests.factories.policy_decisions import SECTION, TYPES

    cast = world.build()
    names = [f"app-{number}" for number in range(load.endpoints)]
    for number, name in enumerate([*names, RECORDED]):
        app = registration.register_app(App(app_id=name, name=name), by="benchmark")
        if name != RECORDED:
            endpoints.subscribed(apps=[app], name=name, url=f"{load.receiver}/{number}", types=TYPES)
    sections = [SECTION | {"name": name, "scope": {"app": name}} for name in names]
    store.put_in_force({"sections": sections}, by="benchmark")
    people = [world.person(f"moderator{number}") for number in range(load.moderators)]
    configure.set_members(cast.default, people, by="benchmark")
    if load.waiting:
        tasks.waiting(cast.default, app=cast.web, count=load.waiting)
    return replace(load, bearer=cast.bearer["Authorization"], sessions=list(map(_session, people)), apps=names)


def _session(person: object) -> dict[str, str]:
    """The headers of somebody who has signed in."""
    from django.conf import settings

    from tests.stage import signed_in

    cookie = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value  # type: ignore[arg-type]
    cookies = f"{settings.SESSION_COOKIE_NAME}={cookie}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return {"Cookie": cookies, "X-CSRFToken": CSRF, "Content-Type": "application/json"}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
