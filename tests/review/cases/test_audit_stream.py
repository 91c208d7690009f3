"""One person, one case, one thing: what the search finds, in pages, and who may search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import audit, people
from accounts.audit_actions import AuditAction
from accounts.audit_chain import append
from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.models import Case
from review.cases import audit_stream
from review.cases.audit_stream import AuditSearch
from tests.accounts.audit_chain.tampering import as_superuser
from tests.factories import tasks
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    audit.record(AuditAction.CASE_SKIPPED, by=world.alice, on=task.case)
    audit.record(AuditAction.PICTURES_VIEWED, by=world.bob, on=world.bob, cases=[task.case.pk, 999])
    audit.record(AuditAction.PICTURES_VIEWED, by=world.bob, on=world.bob, cases=[999])
    audit.record(AuditAction.USER_SIGNED_IN, by=world.alice, on=world.alice)
    people.change(world.alice, by=world.dave, name="Alice", role="lead", is_active=True)
    return task.case


def found(world: World, **search: object) -> list[str]:
    events = audit_stream.page(AuditSearch(**search), by=world.erin, limit=1000)  # type: ignore[arg-type]
    assert [event.pk for event in events] == sorted((event.pk for event in events), reverse=True)
    assert audit_stream.count(AuditSearch(**search), by=world.erin) >= len(events)  # type: ignore[arg-type]
    return [event.action for event in events]


def test_one_case_with_what_was_gathered_about_it(world: World, case: Case) -> None:
    actions = found(world, case=case.pk)
    assert actions.count("pictures.viewed") == 1
    assert "case.skipped" in actions
    assert found(world, case=case.pk, person=world.bob.pk) == ["pictures.viewed"]
    assert found(world, case=case.pk, kinds=("view",)) == ["pictures.viewed"]


def test_one_person_with_what_was_done_to_them(world: World, case: Case) -> None:
    assert found(world, person=world.alice.pk) == ["user.changed", "user.signed-in", "case.skipped", "user.added"]
    assert found(world, person=world.alice.pk, kinds=("sign-in",)) == ["user.signed-in"]


def test_one_thing(world: World, case: Case) -> None:
    actions = set(found(world, about=("queue", str(world.nudity.pk))))
    assert actions == {"queue.created", "queue.members-set", "queue.reasons-set"}
    assert found(world, about=("queue", str(world.nudity.pk)), person=world.alice.pk) == []


def test_one_kind_and_several(world: World, case: Case) -> None:
    assert set(found(world, kinds=("view",))) == {"pictures.viewed"}
    assert set(found(world, kinds=("view", "sign-in"))) == {"pictures.viewed", "user.signed-in"}


def test_a_former_name_of_an_action_is_found_by_its_kind(world: World, case: Case) -> None:
    AuditEvent.objects.create(by_name="x", action="case.second-opinion", on_type="case", on_id="1")
    assert "case.second-opinion" in found(world, kinds=("decision",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Alice", {"user.signed-in", "case.skipped"}),
        ("bob@example", {"pictures.viewed"}),
        ("skipped", {"case.skipped"}),
    ],
)
def test_a_word_means_people_actions_and_requests(world: World, case: Case, text: str, expected: set[str]) -> None:
    assert expected <= set(found(world, text=text))
    assert "user.changed" not in found(world, text=text)


def test_a_word_is_looked_for_in_what_sentences_say(world: World, case: Case) -> None:
    AuditEvent.objects.create(by_name="x", action="case.second-opinion", on_type="case", on_id="1")
    assert "case.second-opinion" in found(world, text="second opinion")
    assert found(world, text="changed}") == found(world, text="{on}") == []
    assert "user.added" not in found(world, text="role")  # “added {on} as {role}”


def test_filters_are_combined(world: World, case: Case) -> None:
    append.append()
    link = AuditEvent.objects.get(action="case.skipped").link
    on_case, on_queue = ("case", str(case.pk)), ("queue", str(world.nudity.pk))
    assert found(world, about=on_case, text="skipped") == ["case.skipped"]
    assert found(world, about=on_queue, text="skipped") == []
    assert found(world, case=case.pk, text="loaded") == ["pictures.viewed"]
    assert found(world, case=case.pk, text="bob@example") == ["pictures.viewed"]
    assert found(world, case=case.pk, text="exported") == []
    assert found(world, case=case.pk, about=on_queue) == []
    assert found(world, case=case.pk, about=("user", str(world.bob.pk))) == ["pictures.viewed"]
    assert found(world, case=case.pk, number=link.number) == ["case.skipped"]
    assert found(world, case=case.pk + 1, number=link.number) == []
    assert found(world, about=on_queue, number=link.number) == []
    assert found(world, text="skipped", number=link.number) == ["case.skipped"]
    assert found(world, text="exported", number=link.number) == []
    assert found(world, person=world.bob.pk, text="skipped") == []


def test_a_combined_search_counts_what_it_finds(world: World, case: Case) -> None:
    search = AuditSearch(about=("case", str(case.pk)), text="skipped")
    assert audit_stream.count(search, by=world.erin) == 1
    assert audit_stream.count(AuditSearch(case=case.pk, text="loaded"), by=world.erin) == 1


def test_a_request_id_means_its_case(world: World, case: Case) -> None:
    assert "case.skipped" in found(world, text=case.request_id)
    assert found(world, text="nothing of this name") == []


def test_a_number_of_the_chain(world: World, case: Case) -> None:
    append.append()
    (event,) = audit_stream.page(AuditSearch(number=3), by=world.erin, limit=10)
    assert event.link.number == 3


def test_between_two_times(world: World, case: Case) -> None:
    now = timezone.now()
    ids = list(AuditEvent.objects.order_by("pk").values_list("pk", flat=True))
    as_superuser("UPDATE accounts_auditevent SET at = %s WHERE id <= %s", now - timedelta(days=9), ids[4])
    old = AuditSearch(until=now - timedelta(days=8))
    assert len(audit_stream.page(old, by=world.erin, limit=100)) == 5
    new = AuditSearch(since=now - timedelta(days=8))
    assert len(audit_stream.page(new, by=world.erin, limit=100)) == len(ids) - 5
    none = AuditSearch(until=now - timedelta(days=20)), AuditSearch(since=now + timedelta(days=20))
    assert [audit_stream.page(one, by=world.erin, limit=9) for one in none] == [[], []]


@pytest.mark.parametrize("name", ["everything", "person", "case", "kinds", "text"])
def test_pages_join_without_gap_or_repetition(world: World, case: Case, name: str) -> None:
    search = {
        "everything": AuditSearch(),
        "person": AuditSearch(person=world.alice.pk),
        "case": AuditSearch(case=case.pk),
        "kinds": AuditSearch(kinds=("people", "queue", "view")),
        "text": AuditSearch(text="e"),
    }[name]
    whole = [event.pk for event in audit_stream.page(search, by=world.erin, limit=1000)]
    assert len(whole) >= 2
    joined: list[int] = []
    while more := ids(audit_stream.page(search, by=world.erin, before=joined[-1] if joined else None, limit=2)):
        joined += more
    assert joined == whole


def ids(events: Sequence[AuditEvent]) -> list[int]:
    return [event.pk for event in events]


def test_who_may_not_read_the_audit_finds_nothing(world: World, case: Case) -> None:
    for person in (world.alice, world.carol, world.mallory):
        with pytest.raises(NotAllowed):
            audit_stream.page(AuditSearch(), by=person, limit=1)
        with pytest.raises(NotAllowed):
            audit_stream.count(AuditSearch(), by=person)
