"""Planted: deliveries are written after the commit of their decision, as a queue beside the database would have it."""

from __future__ import annotations

import time
from types import ModuleType
from typing import Any

from tests.faults.planted.texts import replace

SECONDS = 0.5


def _plant(outbox: ModuleType) -> None:
    usual = outbox.put

    def put(addressed: Any, *, bodies: Any, told: Any, batch: Any) -> None:
        from django.db import transaction

        def afterwards() -> None:
            time.sleep(SECONDS)
            with outbox.WriteBatch() as own:
                usual(addressed, bodies=bodies, told=told, batch=own)

        transaction.on_commit(afterwards)

    replace(outbox, "put", put)


PATCHES = {"moderation.webhooks.outbox": _plant}
