"""Queues: their settings, members and reasons, through the verbs and through the administration."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import audit, people
from accounts.models import AuditEvent, User
from accounts.permissions import NotAllowed
from review.models import Lease, Queue, Reason, ReviewTask
from review.queues import configure
from review.workflow import enqueue
from tests.factories import bodies
from tests.pages import submit
from tests.world import World

ADD = "/admin/review/queue/add/"


def page_of(queue: Queue) -> str:
    return f"/admin/review/queue/{queue.pk}/change/"


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


# --- the administration ---------------------------------------------------------------------------------------


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {f"reasons-{number}-{name}": value for name, value in fields.items()}


def test_a_queue_is_made_with_its_members_and_reasons(admin: Client, world: World) -> None:
    seen = AuditEvent.objects.count()
    sent = {"slug": "ads", "name": "Ads", "people": [world.alice.pk, world.mallory.pk], "reason_required": "on"}
    reasons = row(0, key=1, code="contact", name="Contact ad", risk_label1="ad")
    assert submit(admin, ADD, "queue_form", sent | reasons).status_code == 302
    queue = Queue.objects.get(slug="ads")
    assert (queue.sla_minutes, queue.allowed_verdicts) == (60, ["PASS", "REJECT"])
    assert set(queue.members.all()) == {world.alice, world.mallory}
    assert reasons_of(queue) == [(1, "contact")]
    assert new_events(seen) == ["queue.created", "queue.members-set", "queue.reasons-set"]
    assert set(AuditEvent.objects.order_by("pk")[seen:].values_list("by", flat=True)) == {world.dave.pk}


def test_saving_what_is_there_changes_nothing(admin: Client, world: World) -> None:
    seen = AuditEvent.objects.count()
    before = list(Queue.objects.values()), list(Reason.objects.values()), list(world.nudity.members.all())
    assert submit(admin, page_of(world.nudity), "queue_form").status_code == 302
    assert (list(Queue.objects.values()), list(Reason.objects.values()), list(world.nudity.members.all())) == before
    assert new_events(seen) == []


def test_only_what_changed_is_told(admin: Client, world: World) -> None:
    seen = AuditEvent.objects.count()
    sent = {"people": [world.alice.pk], "slug": "other"}
    submit(admin, page_of(world.nudity), "queue_form", sent)
    assert new_events(seen) == ["queue.members-set"]
    assert Queue.objects.get(pk=world.nudity.pk).slug == "nudity"
    submit(admin, page_of(world.nudity), "queue_form", {"name": "Nudity 裸露", "allowed_verdicts": ["REJECT"]})
    assert new_events(seen)[1:] == ["queue.changed"]
    assert Queue.objects.get(pk=world.nudity.pk).allowed_verdicts == ["REJECT"]


def test_reasons_are_swapped_removed_and_added(admin: Client, world: World) -> None:
    changes = row(0, key=2) | row(1, key=1) | row(2, key=9, code="gore", name="Gore", risk_label1="violence")
    assert submit(admin, page_of(world.nudity), "queue_form", changes).status_code == 302
    assert reasons_of(world.nudity) == [(1, "contact"), (2, "nudity"), (9, "gore")]
    assert submit(admin, page_of(world.nudity), "queue_form", {"reasons-0-DELETE": "on"}).status_code == 302
    assert reasons_of(world.nudity) == [(2, "nudity"), (9, "gore")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (row(0, key=2), "Please correct the duplicate data for"),
        (row(0, code="contact"), "Please correct the duplicate data for"),
        (row(0, key=10), "less than or equal to 9"),
        (row(0, risk_label1=""), "This field is required"),
        ({"reason_required": "on", "reasons-0-DELETE": "on", "reasons-1-DELETE": "on"}, "at least one reason"),
        ({"sla_minutes": "0"}, "greater than or equal to 1"),
        ({"lease_seconds": "4000"}, "less than or equal to 3600"),
        ({"allowed_verdicts": None}, "This field is required"),
        ({"people": ["999999"]}, "999999 is not one of the available choices"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_nothing_is_kept(
    admin: Client, world: World, changes: dict[str, Any], said: str
) -> None:
    seen = AuditEvent.objects.count()
    answer = submit(admin, page_of(world.nudity), "queue_form", {"name": "Typed", "people": []} | changes)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert 'value="Typed"' in answer.content.decode()
    assert Queue.objects.get(pk=world.nudity.pk).name == "Nudity"
    assert world.nudity.members.count() == 3
    assert reasons_of(world.nudity) == [(1, "nudity"), (2, "contact")]
    assert new_events(seen) == []


def test_the_default_queue_is_kept_by_the_form_too(admin: Client, world: World) -> None:
    answer = submit(admin, page_of(world.default), "queue_form", {"is_default": None})
    assert "Make another queue the default one instead" in answer.content.decode()
    assert submit(admin, page_of(world.nudity), "queue_form", {"is_default": "on"}).status_code == 302
    assert list(Queue.objects.filter(is_default=True)) == [world.nudity]


def test_a_deactivated_member_stays_listed_and_no_other_can_be_chosen(admin: Client, world: World) -> None:
    for user in (world.alice, world.mallory):
        people.change(user, by=world.dave, name=user.name, role=user.role, is_active=False)
    assert submit(admin, page_of(world.nudity), "queue_form").status_code == 302
    assert world.alice in world.nudity.members.all()
    refused = submit(admin, page_of(world.nudity), "queue_form", {"people": [world.mallory.pk]})
    assert "not one of the available choices" in refused.content.decode()


@pytest.mark.parametrize("changes", [{"people": []}, {"name": "New"}, row(0, name="New")])
def test_a_change_here_falls_with_its_audit_event(
    admin: Client, world: World, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr(audit, "record_all", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        submit(admin, page_of(world.nudity), "queue_form", changes)
    assert Queue.objects.get(pk=world.nudity.pk).name == "Nudity"
    assert set(world.nudity.members.all()) == {world.alice, world.bob, world.carol}
    assert world.nudity.reasons.filter(name="Nudity").exists()
    assert User.objects.count() == 6


def test_a_reason_without_a_key_keeps_the_one_it_has_elsewhere(admin: Client, world: World) -> None:
    queue = configure.save(Queue(slug="ads", name="Ads"), by=world.dave)
    new = [("gore", "violence"), ("contact", "ad"), ("late", "ban")]
    made = [Reason(code=code, name=code, risk_label1=label) for code, label in new]
    configure.set_reasons(queue, made, by=world.dave)
    assert reasons_of(queue) == [(1, "gore"), (2, "contact"), (3, "late")]  # contact is on 2 in the world's queues
    made[1].key = None  # type: ignore[assignment] # as the form leaves it
    configure.set_reasons(queue, [Reason(code="own", key=2, name="Own", risk_label1="ad"), made[1]], by=world.dave)
    assert reasons_of(queue) == [(1, "contact"), (2, "own")]


def test_the_form_needs_no_key(admin: Client, world: World) -> None:
    sent = {"slug": "ads", "name": "Ads"}
    reasons = row(0, key="", code="contact", name="Contact ad", risk_label1="ad")
    assert submit(admin, ADD, "queue_form", sent | reasons).status_code == 302
    assert reasons_of(Queue.objects.get(slug="ads")) == [(2, "contact")]


def test_a_tenth_reason_is_refused(world: World) -> None:
    made = [Reason(code=f"r{n}", name="R", risk_label1="ad") for n in range(10)]
    with pytest.raises(ValueError, match="at most nine"):
        configure.set_reasons(world.nudity, made, by=world.dave)
