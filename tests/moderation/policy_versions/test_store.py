"""Versions of the policy: what is in force, and that every process notices."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from moderation.models import PolicyVersion
from moderation.policy import BUILT_IN, PolicyRefused
from moderation.policy_versions import store
from tests.factories.policies import never_in_force
from tests.world import World

BODY: dict[str, Any] = {"rules": [{"name": "all", "queue": "nudity"}]}
OTHER: dict[str, Any] = {"rules": [{"name": "others", "queue": "default"}]}


def test_before_anybody_made_one_the_built_in_policy_holds(db: None) -> None:
    assert store.in_force() == (None, BUILT_IN)


def test_an_older_draft_changes_nothing_until_it_is_put_in_force(world: World) -> None:
    first = store.put_in_force(BODY, by=world.dave)
    draft = never_in_force(OTHER)
    assert (draft.number, draft.was_in_force, store.in_force()[0]) == (2, False, first)
    store.activate(draft, by=world.dave)
    version, policy = store.in_force()
    assert (version, policy.number, policy.rules[0].name) == (draft, 2, "others")
    assert draft.was_in_force
    assert draft.in_force_by == world.dave


def test_an_older_version_can_be_put_in_force_again(world: World) -> None:
    first = store.put_in_force(BODY, by=world.dave)
    store.put_in_force(OTHER, by=world.dave)
    store.activate(first, by=world.dave)
    assert store.in_force()[0] == first
    assert PolicyVersion.objects.count() == 2


def test_the_audit_tells_who_and_what_was_before(world: World) -> None:
    first = store.put_in_force(BODY, by=world.dave)
    second = never_in_force(OTHER)
    store.activate(second, by="tests")
    store.activate(first, by="tests")
    told = AuditEvent.objects.filter(action__startswith="policy.").order_by("pk")
    assert [(event.action, event.by_name) for event in told] == [
        ("policy.put-in-force", "dave@example.test"),
        ("policy.put-in-force", "tests"),
        ("policy.rolled-back", "tests"),
    ]
    assert [(event.on_id, event.details) for event in told[1:]] == [
        (str(second.pk), {"number": 2, "before": 1}),
        (str(first.pk), {"number": 1, "before": 2}),
    ]


def test_putting_in_force_what_is_in_force_is_no_event(world: World) -> None:
    version = store.put_in_force(BODY, by=world.dave)
    since, events = version.in_force_at, AuditEvent.objects.count()
    store.activate(version, by=world.dave)
    version.refresh_from_db()
    assert (version.in_force_at, AuditEvent.objects.count()) == (since, events)


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators_change_the_policy(world: World, name: str) -> None:
    version = never_in_force(BODY)
    for verb in (lambda by: store.put_in_force(BODY, by=by), lambda by: store.activate(version, by=by)):
        with pytest.raises(NotAllowed):
            verb(getattr(world, name))
    assert store.in_force()[0] is None


def test_what_cannot_be_read_is_not_stored(world: World) -> None:
    with pytest.raises(PolicyRefused, match="/rules/0/queue"):
        store.put_in_force({"rules": [{"queue": "no slug"}]}, by=world.dave)
    assert not PolicyVersion.objects.exists()


def test_what_a_newer_version_of_us_wrote_is_not_put_in_force(world: World) -> None:
    version = PolicyVersion.objects.create(number=1, body={"rules": [{"teleport": 1}]})
    with pytest.raises(PolicyRefused):
        store.activate(version, by=world.dave)


def test_knowing_the_policy_costs_one_small_query(world: World) -> None:
    store.put_in_force(BODY, by=world.dave)
    store.in_force()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        store.in_force()
    (query,) = queries.captured_queries
    assert "FROM moderation_cacheversion" in query["sql"]


@pytest.mark.parametrize("change", [{"body": OTHER}, {"number": 9}])
def test_a_version_is_never_edited(world: World, change: dict[str, Any]) -> None:
    store.put_in_force(BODY, by=world.dave)
    with pytest.raises(ProgrammingError), transaction.atomic():
        PolicyVersion.objects.update(**change)


def test_a_version_in_force_says_since_when(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PolicyVersion.objects.create(number=1, body={}, active=True)


@pytest.mark.django_db(transaction=True)
def test_people_who_put_policies_in_force_at_once_leave_one(transactional_db: None) -> None:
    start = Barrier(4)

    def put() -> None:
        try:
            start.wait()
            store.put_in_force(BODY, by="tests")
        finally:
            connection.close()

    threads = [Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(PolicyVersion.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
    assert PolicyVersion.objects.filter(active=True).get().number == 4
    assert store.in_force()[1].number == 4
