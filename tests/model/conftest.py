"""The machine as every example begins: with the cast, two endpoints, and a policy by which people decide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from moderation.webhooks import lease_due
from review.queues import configure
from tests.factories import endpoints, policies
from tests.model import machine_bodies
from tests.model.database import Rows
from tests.model.machine import Machine
from tests.model.state import LEASE_HOURS, SUBSCRIBED, UNDO_HOURS
from tests.world import World


@pytest.fixture
def machine(
    transactional_db: None, world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> type[Machine]:
    settings.DATA_DIR = tmp_path  # other processes write heads of their chains into the usual folder
    settings.LEASE_SECONDS, settings.UNDO_SECONDS = LEASE_HOURS * 3600, UNDO_HOURS * 3600
    monkeypatch.setattr(lease_due, "LEASE_SECONDS", LEASE_HOURS * 3600)
    configure.set_members(world.default, [world.alice, world.carol], by="tests")
    for name, types in SUBSCRIBED.items():
        endpoints.subscribed(name=name, types=sorted(types))
    policies.published(machine_bodies.POLICIES["people"], by=world.dave)
    Machine.world, Machine.rows = world, Rows.now()
    return Machine
