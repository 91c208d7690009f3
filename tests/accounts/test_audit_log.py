"""Who reads the audit."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import audit_log, people
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from tests.world import World


@pytest.mark.parametrize("name", ["erin", "dave"])
def test_auditors_and_administrators_read_everything(world: World, name: str) -> None:
    assert audit_log.events(by=getattr(world, name)).count() == AuditEvent.objects.count() > 0


@pytest.mark.parametrize("name", ["alice", "carol", "mallory"])
def test_nobody_else_does(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        audit_log.events(by=getattr(world, name))
    with pytest.raises(NotAllowed):
        audit_log.events(by=AnonymousUser())


def test_nor_does_who_is_an_auditor_no_more(world: World) -> None:
    people.change(world.erin, by=world.dave, name="Erin", role="auditor", is_active=False)
    with pytest.raises(NotAllowed):
        audit_log.events(by=world.erin)
