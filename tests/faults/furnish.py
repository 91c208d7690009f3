"""`python -m tests.faults.furnish RECEIVER_URL OUT`: the tables, people, queues, keys and the endpoint of a run, made
once by the product's own functions; what processes of a run have to know of it is written to OUT.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

MOST_MODERATORS = 8


def main(receiver: str, out: Path) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "moderation.settings")
    import django

    django.setup()
    from django.contrib.auth.hashers import PBKDF2PasswordHasher
    from django.core.management import call_command

    PBKDF2PasswordHasher.iterations = 1000  # people sign in again and again, while processes are killed
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    out.write_text(json.dumps(_furnished(receiver)))


def _furnished(receiver: str) -> dict[str, Any]:
    from moderation.callbacks import addresses
    from moderation.models import Endpoint
    from moderation.policy_versions import store
    from moderation.webhooks import endpoints
    from review.queues import configure
    from tests import world
    from tests.factories.policy_decisions import SECTION, TYPES

    cast = world.build()
    more = [world.person(f"moderator{number}") for number in range(MOST_MODERATORS)]
    for queue in (cast.nudity, cast.default):
        configure.set_members(queue, [*more, cast.alice, cast.bob, cast.carol], by="tests")
    store.put_in_force({"sections": [SECTION | {"scope": {"app": "web"}}]}, by="tests")
    endpoint = Endpoint(name="receiver", url=f"{receiver}/hook", types=TYPES)
    secret = endpoints.create(endpoint, apps=[], by="tests")
    _, callback = addresses.create(name="detection service", app=cast.web, by="tests")
    return {
        "bearer": cast.bearer["Authorization"],
        "password": world.PASSWORD,
        "moderators": [person.email for person in more],
        "lead": cast.carol.email,
        "secret": secret,
        "callback": callback,
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
