"""A case is always with somebody, however many people pass it over."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent
from review.models import ReviewTask
from review.queues import configure
from review.refusals import NotAcceptable
from review.workflow import defer, leases
from tests.factories import tasks
from tests.factories.verdicts import lease_key_of, take_lease
from tests.world import World


@pytest.fixture(autouse=True)
def waiting(world: World) -> ReviewTask:
    return tasks.waiting(world.nudity, app=world.web)[0]


def skip(world: World, name: str) -> ReviewTask:
    person = getattr(world, name)
    defer.skip(lease_key_of(take_lease(world.nudity, by=person)), by=person)
    return ReviewTask.objects.get()


def test_while_another_moderator_is_left_it_stays_in_line(world: World) -> None:
    assert skip(world, "alice").state == "waiting"
    assert take_lease(world.nudity, by=world.bob)


def test_what_the_last_moderator_skips_goes_up_to_the_leads(world: World) -> None:
    skip(world, "alice")
    task = skip(world, "bob")
    assert (task.state, task.leased_by, task.owner) == ("escalated", None, None)
    assert take_lease(world.nudity, by=world.carol).pk == task.pk
    actions = list(AuditEvent.objects.filter(on_type="case").order_by("pk").values_list("action", flat=True))
    assert actions == ["case.skipped", "case.skipped", "case.escalated"]


def test_a_lead_who_skipped_it_in_line_has_it_again_when_it_comes_up(world: World) -> None:
    for name in ("carol", "alice"):
        skip(world, name)
    assert skip(world, "bob").state == "escalated"
    assert take_lease(world.nudity, by=world.carol)


def test_also_when_somebody_escalates_it(world: World) -> None:
    skip(world, "carol")
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice)
    assert take_lease(world.nudity, by=world.carol)


def test_the_last_lead_cannot_skip(world: World) -> None:
    for name in ("alice", "bob"):
        skip(world, name)
    leased = take_lease(world.nudity, by=world.carol)
    with pytest.raises(NotAcceptable, match="/taskId"):
        defer.skip(lease_key_of(leased), by=world.carol)
    leased.refresh_from_db()
    assert leased.leased_by == world.carol
    assert not leased.skips.filter(by=world.carol).exists()


def test_it_comes_back_from_hold_to_the_leads_and_not_to_nobody(world: World) -> None:
    for name in ("alice", "bob"):
        skip(world, name)
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.carol)), by=world.carol, until=None)
    ReviewTask.objects.update(wait_until="2020-01-01T00:00Z")
    defer.return_from_snooze()
    assert ReviewTask.objects.get().state == "escalated"


def test_who_left_or_was_never_let_in_does_not_count(world: World) -> None:
    configure.set_members(world.nudity, [world.alice, world.carol], by="tests")
    type(world.bob).objects.filter(pk=world.bob.pk).update(is_active=False)
    assert skip(world, "alice").state == "escalated"


def test_a_queue_of_leads_alone_hands_it_from_lead_to_lead(world: World) -> None:
    configure.set_members(world.nudity, [world.carol], by="tests")
    assert skip(world, "carol").state == "escalated"
    assert leases.lease(queues=[], count=1, by=world.carol)
