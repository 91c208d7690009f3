"""A policy with two scopes, a draft that nobody has begun, and labels that were seen."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.policy_versions import store
from tests.world import World

KEY = "ban/weapon/knife"
BODY: dict[str, Any] = {
    "sections": [
        {"name": "default", "thresholds": {"ban": {"review": 350, "reject": 900}}},
        {
            "name": "web / live",
            "scope": {"app": "web", "event": "live"},
            "thresholds": {KEY: {"reject": 800}},
            "afterReject": "confirm",
            "intermediate": "decide",
        },
    ]
}


@pytest.fixture
def policy(world: World) -> dict[str, Any]:
    store.put_in_force(BODY, by=world.dave)
    return BODY
