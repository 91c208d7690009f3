"""Bodies in quarantine, put there through the door."""

from __future__ import annotations

import json
from typing import Any

from moderation.callbacks import addresses
from moderation.callbacks.receive import receive
from moderation.models import CallbackAddress, Quarantined
from tests.moderation.contract import bodies
from tests.world import World


def address(world: World, **changes: Any) -> CallbackAddress:
    given: dict[str, Any] = {"name": "theirs", "app": world.web, "by": world.dave}
    return addresses.create(**given | changes)[0]


def keep(where: CallbackAddress, body: Any) -> Quarantined:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    receive(sent, content_type="application/json", address=where)
    return Quarantined.objects.latest("pk")


def unknown_level(**changes: Any) -> dict[str, Any]:
    """A result with a level that we do not know; once it is corrected it can be read."""
    return bodies.image_v4(**{"requestId": "r1", "riskLevel": "BLOCK"} | changes)


def batch_with_one_bad(**changes: Any) -> dict[str, Any]:
    items = [bodies.image_v4(requestId=f"batch-1_{n}", btId=str(n)) for n in range(3)]
    items[1]["riskLevel"] = "BLOCK"
    return bodies.batch(imgs=items, **changes)
