"""`expected_version` in the verbs, for whoever calls them."""

from __future__ import annotations

from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from accounts import people
from accounts.models import AuditEvent, User
from accounts.roles import Role
from accounts.versions import Conflict, UnknownVersion
from moderation.models import Endpoint
from moderation.webhooks import endpoints
from review.models import Reason
from review.queues import configure
from tests.factories.endpoints import waiting
from tests.world import World, person


def rename(user: User, name: str, expected: str | None) -> None:
    people.change(user, by="tests", name=name, role=user.role, is_active=True, expected_version=expected)


def test_the_version_that_is_expected_is_changed(world: World) -> None:
    version = people.EDITED.version(world.alice)
    rename(world.alice, "Alicia", version)
    with pytest.raises(Conflict, match="name: Alice → Alicia"):
        rename(world.alice, "Ally", version)
    rename(world.alice, "Ally", people.EDITED.version(world.alice))
    rename(world.alice, "Al", None)  # a command or a fixture expects nothing


def test_when_it_was_changed_is_told_in_the_readers_zone(world: World) -> None:
    version = people.EDITED.version(world.alice)
    rename(world.alice, "Alicia", version)
    at = AuditEvent.objects.get(action="user.changed").at
    with timezone.override("Asia/Shanghai"), pytest.raises(Conflict) as conflict:
        rename(world.alice, "Ally", version)
    shanghai = at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"at {shanghai:%Y-%m-%d %H:%M:%S}," in conflict.value.sentences[0]


def test_equal_values_are_one_version(world: World) -> None:
    version = people.EDITED.version(world.alice)
    rename(world.alice, "Alicia", None)
    rename(world.alice, "Alice", None)
    assert people.EDITED.version(world.alice) == version
    rename(world.alice, "Alicia", version)


def test_a_version_of_another_thing_is_a_conflict(world: World) -> None:
    with pytest.raises(Conflict):
        rename(world.alice, "Alicia", people.EDITED.version(world.bob))
    with pytest.raises(Conflict):
        rename(world.alice, "Alicia", configure.EDITED.version(world.nudity))
    with pytest.raises(UnknownVersion):
        rename(world.alice, "Alicia", "3")


def test_each_verb_of_a_queue_looks_at_what_it_writes(world: World) -> None:
    version = configure.EDITED.version(world.nudity)
    configure.set_members(world.nudity, [world.bob], by=world.dave)
    world.nudity.name = "Bare"
    configure.save(world.nudity, by=world.dave, expected_version=version)  # members are not its business
    with pytest.raises(Conflict, match="Members"):
        configure.set_members(world.nudity, [world.alice], by=world.dave, expected_version=version)
    with pytest.raises(Conflict, match="name: Nudity → Bare"):
        configure.save(world.nudity, by=world.dave, expected_version=version)
    reasons = [Reason(code="ad", key=1, name="Ad", risk_label1="ad")]
    configure.set_reasons(world.nudity, reasons, by=world.dave, expected_version=version)
    with pytest.raises(Conflict, match=r"reasons: − nudity"):
        configure.set_reasons(world.nudity, reasons, by=world.dave, expected_version=version)


def test_a_refused_change_of_an_endpoint_leaves_its_deliveries(world: World) -> None:
    endpoint = Endpoint(name="Shop", url="https://shop.example/hook", types=["result.final"])
    endpoints.create(endpoint, apps=[], by=world.dave)
    version = endpoints.EDITED.version(endpoint)
    endpoint.state = "paused"
    endpoints.change(endpoint, apps=[], by=world.dave)
    (delivery,) = waiting(endpoint)
    endpoint.state = "enabled"
    with pytest.raises(Conflict, match="state: enabled → paused"):
        endpoints.change(endpoint, apps=[], by=world.dave, expected_version=version)
    delivery.refresh_from_db()
    assert delivery.state == "paused"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_the_same_version_at_once_one_is_told() -> None:
    for _ in range(20):
        user = person("alice", Role.MODERATOR)
        version, start, outcomes = people.EDITED.version(user), Barrier(2), list[str]()
        threads = [Thread(target=_save, args=(user, name, version, start, outcomes)) for name in ("Al", "Lis")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["Conflict", "saved"]
        User.objects.filter(pk=user.pk).update(email=f"{user.pk}@example.test")


def _save(user: User, name: str, version: str, start: Barrier, outcomes: list[str]) -> None:
    start.wait()
    try:
        rename(User.objects.get(pk=user.pk), name, version)
        outcomes.append("saved")
    except Exception as error:
        outcomes.append(type(error).__name__)
    finally:
        connection.close()
