"""Who loaded clear pictures is told by the minute, not by the request; blurred ones are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import AuditEvent
from moderation.models import Case
from review.cases import picture_views
from tests.factories import pictures, tasks
from tests.stage import signed_in
from tests.world import World

NOON = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    picture_views.buffer._counts.clear()
    yield
    picture_views.buffer._counts.clear()


@pytest.fixture
def cases(world: World) -> list[Case]:
    found = [task.case for task in tasks.waiting(world.nudity, app=world.web, count=3)]
    for case in found:
        pictures.show(case, pictures.animation(5))
    return found


def told() -> list[AuditEvent]:
    picture_views.buffer.flush()
    return list(AuditEvent.objects.filter(action="pictures.viewed").order_by("pk"))


def test_many_requests_of_a_minute_are_one_event(world: World, cases: list[Case]) -> None:
    alice = signed_in(world.alice)
    with time_machine.travel(NOON, tick=False):
        for case in cases[:2]:
            for end in ("web", "preview", "frame/0"):
                assert alice.get(f"/review/pictures/{case.pk}/{end}").status_code == 200
    seen = AuditEvent.objects.count()
    (event,) = told()
    assert AuditEvent.objects.count() == seen + 1
    assert (event.by, event.on_type, event.on_id) == (world.alice, "user", str(world.alice.pk))
    assert event.details == {
        "minute": "2026-11-28T12:00:00Z",
        "cases": sorted(case.pk for case in cases[:2]),
        "requests": 6,
    }


def test_another_minute_and_another_person_are_events_of_their_own(world: World, cases: list[Case]) -> None:
    address = f"/review/pictures/{cases[0].pk}/web"
    with time_machine.travel(NOON, tick=False) as clock:
        signed_in(world.alice).get(address)
        signed_in(world.carol).get(address)
        clock.shift(timedelta(minutes=1))
        signed_in(world.alice).get(address)
    assert sorted((event.by_name, event.details["minute"][11:16]) for event in told()) == [
        ("alice@example.test", "12:00"),
        ("alice@example.test", "12:01"),
        ("carol@example.test", "12:00"),
    ]


@pytest.mark.parametrize("end", ["blurred", "blurred?strength=1"])
def test_a_blurred_picture_is_not_counted(world: World, cases: list[Case], end: str) -> None:
    assert signed_in(world.alice).get(f"/review/pictures/{cases[0].pk}/{end}").status_code == 200
    assert told() == []


@pytest.mark.parametrize("end", ["thumbnail", "frame/0/preview"])
def test_a_small_clear_picture_is_counted(world: World, cases: list[Case], end: str) -> None:
    signed_in(world.alice).get(f"/review/pictures/{cases[0].pk}/{end}")
    assert len(told()) == 1


def test_a_copy_that_the_browser_kept_is_counted(world: World, cases: list[Case]) -> None:
    alice, address = signed_in(world.alice), f"/review/pictures/{cases[0].pk}/web"
    etag = alice.get(address)["ETag"]
    told()
    assert alice.get(address, headers={"If-None-Match": etag}).status_code == 304
    assert len(told()) == 2


def test_what_was_refused_is_not_counted(world: World, cases: list[Case]) -> None:
    assert signed_in(world.mallory).get(f"/review/pictures/{cases[0].pk}/web").status_code == 404
    assert told() == []
