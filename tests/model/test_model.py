"""Chains of steps that nobody thought of: whatever people, machines and the dispatcher do, the ledger is as a small
description of it says.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from moderation.webhooks import lease_due
from review.queues import configure
from tests.factories import endpoints, policies
from tests.model import machine_bodies
from tests.model.database import Rows
from tests.model.machine import Machine
from tests.model.state import LEASE_HOURS, SUBSCRIBED, UNDO_HOURS
from tests.world import World

EXPLORES = "MODEL_EXAMPLES" in os.environ
"""A longer run makes up new chains; that of the suite is the same each time."""
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "12"))
STEPS = int(os.environ.get("MODEL_STEPS", "40"))


@pytest.fixture
def machine(transactional_db: None, world: World, monkeypatch: pytest.MonkeyPatch, settings: Any) -> type[Machine]:
    """Every example begins with the cast, two endpoints, and a policy by which people decide."""
    settings.LEASE_SECONDS, settings.UNDO_SECONDS = LEASE_HOURS * 3600, UNDO_HOURS * 3600
    monkeypatch.setattr(lease_due, "LEASE_SECONDS", LEASE_HOURS * 3600)
    configure.set_members(world.default, [world.alice, world.carol], by="tests")
    for name, types in SUBSCRIBED.items():
        endpoints.subscribed(name=name, types=sorted(types))
    policies.published(machine_bodies.POLICIES["people"], by=world.dave)
    Machine.world, Machine.rows = world, Rows.now()
    return Machine


def test_whatever_happens_is_as_the_model_says(machine: type[Machine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=not EXPLORES,
            database=None,
            print_blob=True,
            deadline=None,
        ),
    )
