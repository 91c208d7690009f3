"""What a role brings, and what is granted to a person by name."""

from __future__ import annotations

import pytest

from accounts.permissions import may
from accounts.roles import BY_NAME, PERMISSIONS, Permission, Reach, Role, reach
from tests.world import World


def test_no_role_brings_what_is_granted_by_name() -> None:
    assert all(not BY_NAME & granted for granted in PERMISSIONS.values())


@pytest.mark.parametrize(("name", "after"), [("alice", False), ("carol", True), ("dave", True), ("erin", True)])
def test_child_safety_is_granted_by_name(world: World, name: str, after: bool) -> None:
    user = getattr(world, name)
    assert not may(user, Permission.SEE_CHILD_SAFETY)
    user.child_safety = True
    assert may(user, Permission.SEE_CHILD_SAFETY) is after
    user.is_active = False
    assert not may(user, Permission.SEE_CHILD_SAFETY)


def test_how_far_it_reaches() -> None:
    assert reach(Role.MODERATOR, Permission.DECIDE) is Reach.EVERYWHERE
    assert reach(Role.MODERATOR, Permission.ASSIGN) is Reach.NEVER
    assert reach(Role.LEAD, Permission.ASSIGN) is Reach.OWN_QUEUES
    assert reach(Role.ADMINISTRATOR, Permission.ASSIGN) is Reach.EVERYWHERE
    assert reach(Role.ADMINISTRATOR, Permission.TAKE_ESCALATED) is Reach.OWN_QUEUES
    assert reach(Role.AUDITOR, Permission.SEE_CHILD_SAFETY) is Reach.BY_NAME
    assert reach(Role.MODERATOR, Permission.SEE_CHILD_SAFETY) is Reach.NEVER
