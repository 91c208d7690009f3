"""Events read as sentences with names and links, whatever they know."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.utils import timezone, translation

from accounts import access_keys, audit, people, registration
from accounts.audit_actions import AuditAction
from accounts.models import App, AuditEvent
from accounts.roles import Role
from moderation.disposal import changes as own_labels
from moderation.disposal.mapping import Own
from moderation.models import Case, Label, PolicyVersion
from moderation.policy_versions import draft
from moderation.word_lists import changes as word_lists
from review.models import Queue
from review.presentation.audit import event_rows, things
from review.presentation.audit.event_rows import Row
from review.presentation.audit.things import Things
from review.queues import configure, teams
from tests.factories import endpoints, tasks
from tests.factories.policies import never_in_force
from tests.moderation.callbacks import quarantined
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    return task.case


def row(action: AuditAction, *, by: Any, on: models.Model, **details: Any) -> Row:
    audit.record(action, by=by, on=on, **details)
    return newest()


def newest() -> Row:
    (told,) = event_rows.rows(list(AuditEvent.objects.order_by("-pk").select_related("by", "link")[:1]))
    return told


def test_a_decision_names_the_case_and_links_it(world: World, case: Case) -> None:
    told = row(AuditAction.CASE_DECIDED, by=world.alice, on=case, verdict="REJECT", reason="nudity", decision_id="x")
    assert told.who == "Alice"
    assert f'href="/review/cases/{case.pk}/"' in told.sentence
    assert "decided" in told.sentence
    assert "nudity" in told.sentence
    with translation.override("zh-hans"):
        assert newest().sentence.startswith("判定")


def test_who_is_named_in_person_and_works_there_anyway_is_told(world: World) -> None:
    teams.create("Night", people=[world.bob, world.mallory], queues=[world.nudity], by="tests")
    configure.set_members(world.nudity, [world.alice, world.carol, world.mallory], by=world.dave)
    told = newest()
    assert "named in person Bob → Mallory" in told.sentence
    assert [one.what for one in told.changes] == ["named in person"]


def test_the_teams_of_a_queue_are_called_teams(world: World) -> None:
    night = teams.create("Night", people=[world.bob], queues=[], by="tests")
    teams.set_teams(world.nudity, [night], by=world.dave)
    assert [(one.what, one.after) for one in newest().changes] == [("teams", "Night")]


def test_what_is_gone_is_named_by_what_the_event_knows(world: World) -> None:
    told = row(AuditAction.WORD_LIST_DELETED, by=world.dave, on=App(pk=77), name="contacts", words=12)
    assert "contacts" in told.sentence
    assert "12" in told.sentence
    assert "<a" not in told.sentence


def test_text_of_strangers_is_not_markup(world: World) -> None:
    told = row(AuditAction.VIEW_SAVED, by=world.alice, on=App(), name="<script>{on}{name}</script>")
    assert "&lt;script&gt;{on}{name}&lt;/script&gt;" in told.sentence


def test_an_action_that_is_not_known_any_more_reads_as_stored(world: World) -> None:
    AuditEvent.objects.create(by_name="x", action="thing.long-gone", on_type="thing", on_id="4", details={"a": [1]})
    told = newest()
    assert "thing.long-gone" in told.sentence
    assert (told.kind, dict(told.facts)["<code>a</code>"]) == ("thing.long-gone", "[1]")


@pytest.mark.parametrize("action", AuditAction)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_action_reads_without_any_details(world: World, action: AuditAction, language: str) -> None:
    with translation.override(language):
        told = row(action, by="tests", on=world.nudity)
        assert told.sentence
        assert "{" not in told.sentence
        (event,) = AuditEvent.objects.order_by("-pk")[:1]
        assert "{" not in event_rows.plain_sentence(event, Things([event]))


@pytest.mark.parametrize("value", [None, "", 0, True, "x", [1, {"a": "b"}], {"a": {"b": [1]}}, [], {}])
def test_odd_details_never_break_the_page(world: World, case: Case, value: Any) -> None:
    names = ("verdict", "risk_level", "role", "why", "until", "hour", "outcomes", "before", "after", "name", "to")
    for name in names:
        told = row(AuditAction.CASE_ESCALATED, by=world.alice, on=case, **{name: value})
        assert "escalated" in told.sentence


def test_a_change_shows_before_and_after(world: World) -> None:
    people.change(world.alice, by=world.dave, name="Alice", role=Role.LEAD, is_active=True)
    told = newest()
    assert [(one.what, one.before, one.after) for one in told.changes] == [("role", "Moderator", "Lead")]
    assert "role Moderator → Lead" in told.sentence
    world.nudity.sla_minutes = 7
    configure.save(world.nudity, by=world.dave)
    (change,) = newest().changes
    assert change.after == "7"
    world.web.name = "Shop"
    registration.change_app(world.web, by=world.dave)
    assert [(one.before, one.after) for one in newest().changes] == [("Web", "Shop")]


def test_a_time_is_told_in_the_zone_of_the_reader(world: World) -> None:
    ends = datetime(2030, 1, 1, 12, tzinfo=UTC)
    key, _ = access_keys.issue(name="ours", app=None, scopes=["read"], by=world.dave)
    access_keys.change(key, by=world.dave, name="ours", expires_at=ends, rate_per_second=None, burst=None)
    with timezone.override("Asia/Shanghai"):
        (change,) = newest().changes
        assert (change.before, change.after) == ("", "2030-01-01 20:00:00")
    access_keys.rotate(key, by=world.dave, ends_at=ends)
    with timezone.override("Asia/Shanghai"):
        assert "works until 2030-01-01 20:00:00" in newest().sentence


def test_a_time_that_the_zone_cannot_tell_reads_as_stored(world: World) -> None:
    last = "9999-12-31T23:59:00Z"
    with timezone.override("Asia/Shanghai"):
        told = row(AuditAction.KEY_ROTATED, by=world.dave, on=world.key, ends_at=last)
        assert last in told.sentence
        told = row(AuditAction.KEY_CHANGED, by=world.dave, on=world.key, before={"expires_at": None}, expires_at=last)
        assert last in told.sentence


THINGS: dict[str, Callable[[World], models.Model]] = {
    "case": lambda world: tasks.waiting(world.nudity, app=world.web)[0].case,
    "user": lambda world: world.alice,
    "queue": lambda world: world.nudity,
    "policyversion": lambda world: never_in_force({"rules": []}),
    "policydraft": lambda world: draft.lock(),
    "wordlist": lambda world: word_lists.create(name="contacts", kind="plain", by=world.dave),
    "quarantined": lambda world: quarantined.keep(quarantined.address(world), b"what?"),
    "endpoint": lambda world: endpoints.subscribed()[0],
    "delivery": lambda world: endpoints.dead(endpoints.subscribed()[0])[0],
    "app": lambda world: world.web,
    "accesskey": lambda world: world.key,
    "callbackaddress": quarantined.address,
    "ownlabel": lambda world: own_labels.add(world.web, label="porn", own=Own("TNS-2"), by=world.dave),
    "label": lambda world: Label.objects.earliest("pk"),
}


@pytest.mark.parametrize("kind", things._PAGES)
def test_each_kind_of_thing_links_to_a_page_that_is_there(admin: Client, world: World, kind: str) -> None:
    thing = THINGS[kind](world)
    assert thing._meta.model_name == kind
    told = row(AuditAction.CASE_RECEIVED, by=world.dave, on=thing)
    (address,) = re.findall('href="([^"]+)"', told.sentence)
    assert admin.get(html.unescape(address), follow=True).status_code == 200


def test_members_are_named(world: World) -> None:
    configure.set_members(world.nudity, [world.carol, world.mallory], by=world.dave)
    (change,) = newest().changes
    assert set(change.before.split(", ")) == {"Alice", "Bob"}
    assert change.after == "Mallory"


def test_the_note_is_told_as_it_was_typed(world: World, case: Case) -> None:
    told = row(AuditAction.CASE_REOPENED, by=world.carol, on=case, note="wrong label", round=2)
    assert told.facts[0] == ("Why, as typed", "“wrong label”")


def test_a_key_and_a_part_of_the_system_are_told_apart(world: World, case: Case) -> None:
    key = row(AuditAction.CASE_RECEIVED, by=world.key, on=case)
    assert (key.mark, key.is_system) == ("K", True)
    assert row(AuditAction.CASE_ESCALATED, by="maintenance", on=case).who == "Maintenance"
    failed = row(AuditAction.USER_SIGN_IN_FAILED, by="sign-in", on=world.alice, address="192.0.2.1")
    assert (failed.who, failed.mark, failed.address) == ("Somebody", "!", "192.0.2.1")


def test_few_queries_for_many_events(world: World, django_assert_max_num_queries: Any) -> None:
    for task in tasks.waiting(world.nudity, app=world.web, count=5):
        audit.record(AuditAction.CASE_SKIPPED, by=world.alice, on=task.case)
    for number in range(5):
        queue = Queue(slug=f"q{number}", name=f"Q{number}", practice_first=False)
        configure.save(queue, by="tests")
        configure.set_members(queue, [world.alice, world.bob], by=world.dave)
        audit.record(AuditAction.POLICY_DRAFTED, by=world.dave, on=PolicyVersion(pk=number), number=number)
    events = list(AuditEvent.objects.order_by("-pk").select_related("by", "link")[:100])
    with django_assert_max_num_queries(8):
        event_rows.rows(events)
