"""Queues: their settings, members and reasons, through the verbs."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from review.models import Lease, Queue, Reason, ReviewTask
from review.queues import configure
from review.workflow import enqueue
from tests.factories import bodies
from tests.world import World


def reason(code: str, key: int, label: str = "porn") -> Reason:
    return Reason(code=code, key=key, name=code.title(), risk_label1=label)


def reasons_of(queue: Queue) -> list[tuple[int, str]]:
    return list(queue.reasons.values_list("key", "code"))


def new_events(seen: int) -> list[str]:
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)[seen:])


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_change_queues(world: World, name: str) -> None:
    by = getattr(world, name)
    with pytest.raises(NotAllowed):
        configure.save(world.nudity, by=by)
    with pytest.raises(NotAllowed):
        configure.set_members(world.nudity, [by], by=by)
    with pytest.raises(NotAllowed):
        configure.set_reasons(world.nudity, [], by=by)


def test_exactly_these_are_members(world: World) -> None:
    configure.set_members(world.nudity, [world.bob, world.mallory], by=world.dave)
    assert set(world.nudity.members.all()) == {world.bob, world.mallory}
    details = AuditEvent.objects.latest("pk").details
    assert details == {"added": [world.mallory.pk], "removed": [world.alice.pk, world.carol.pk]}


def test_the_same_members_again_are_no_change(world: World) -> None:
    seen = AuditEvent.objects.count()
    configure.set_members(world.nudity, [world.carol, world.bob, world.alice, world.bob], by=world.dave)
    assert new_events(seen) == []


def test_who_leaves_gives_back_what_they_hold(client: Client, world: World) -> None:
    client.post("/api/v1/results", bodies.envelope(), content_type="application/json", headers=world.bearer)
    client.force_login(world.alice)
    take_lease = client.post("/review/api/lease", {"queues": [], "count": 1}, content_type="application/json")
    assert len(take_lease.json()["tasks"]) == 1
    configure.set_members(world.default, [world.bob], by=world.dave)
    assert ReviewTask.objects.get().leased_by is None
    assert Lease.objects.get().outcome == Lease.Outcome.RELEASED
    again = client.post("/review/api/lease", {"queues": [], "count": 1}, content_type="application/json")
    assert again.json()["tasks"] == []


def test_exactly_these_are_reasons_and_keys_can_be_swapped(world: World) -> None:
    swapped = [reason("contact", 1, "ad"), reason("nudity", 2), reason("gore", 3, "violence")]
    configure.set_reasons(world.nudity, swapped, by=world.dave)
    assert reasons_of(world.nudity) == [(1, "contact"), (2, "nudity"), (3, "gore")]
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.on_id) == ("queue.reasons-set", str(world.nudity.pk))
    assert [told["code"] for told in event.details["reasons"]] == ["contact", "nudity", "gore"]
    assert reasons_of(world.default) == [(1, "nudity"), (2, "contact")]


def test_the_same_reasons_again_are_no_change(world: World) -> None:
    seen = AuditEvent.objects.count()
    configure.set_reasons(world.nudity, reversed(world.nudity.reasons.all()), by=world.dave)
    assert new_events(seen) == []


@pytest.mark.parametrize("clash", [[("a", 1), ("b", 1)], [("a", 1), ("a", 2)], [("a", 0)], [("a", 10)]])
def test_a_key_and_a_code_are_one_reasons(world: World, clash: list[tuple[str, int]]) -> None:
    with pytest.raises((IntegrityError, ValueError)), transaction.atomic():
        configure.set_reasons(world.nudity, [reason(*each) for each in clash], by=world.dave)
    assert reasons_of(world.nudity) == [(1, "nudity"), (2, "contact")]


def test_a_reason_has_a_short_name(world: World) -> None:
    with pytest.raises(ValueError, match="short name"):
        configure.set_reasons(world.nudity, [reason("", 1)], by=world.dave)


def test_where_a_rejection_needs_a_reason_there_is_one(world: World) -> None:
    world.nudity.reason_required = True
    configure.save(world.nudity, by=world.dave)
    with pytest.raises(ValueError, match="at least one reason"):
        configure.set_reasons(world.nudity, [], by=world.dave)


def test_one_queue_is_the_default(world: World) -> None:
    world.nudity.is_default = True
    configure.save(world.nudity, by=world.dave)
    assert list(Queue.objects.filter(is_default=True)) == [world.nudity]
    world.nudity.is_default = False
    with pytest.raises(ValueError, match="Make another queue the default"):
        configure.save(world.nudity, by=world.dave)
    assert list(Queue.objects.filter(is_default=True)) == [world.nudity]


def test_a_result_finds_a_queue_where_nobody_made_a_default_one(world: World) -> None:
    Queue.objects.update(is_default=False)
    assert enqueue.queue_for("no such queue") == world.default
    Queue.objects.all().delete()
    made = enqueue.queue_for("")
    assert (made.slug, made.is_default) == ("default", True)


def test_a_reason_without_a_key_keeps_the_one_it_has_elsewhere(world: World) -> None:
    queue = configure.save(Queue(slug="ads", name="Ads"), by=world.dave)
    new = [("contact", "ad"), ("gore", "violence"), ("late", "ban")]
    made = [Reason(code=code, name=code, risk_label1=label) for code, label in new]
    configure.set_reasons(queue, made, by=world.dave)
    assert reasons_of(queue) == [(1, "gore"), (2, "contact"), (3, "late")]  # contact is on 2 in the world's queues
    made[0].key = None  # type: ignore[assignment] # as the form leaves it
    configure.set_reasons(queue, [Reason(code="own", key=2, name="Own", risk_label1="ad"), made[0]], by=world.dave)
    assert reasons_of(queue) == [(1, "contact"), (2, "own")]


def test_a_tenth_reason_is_refused(world: World) -> None:
    made = [Reason(code=f"r{n}", name="R", risk_label1="ad") for n in range(10)]
    with pytest.raises(ValueError, match="at most nine"):
        configure.set_reasons(world.nudity, made, by=world.dave)
