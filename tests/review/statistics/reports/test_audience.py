"""A person's pace is that person's and their leads', whatever the page shows."""

from __future__ import annotations

import pytest

from accounts.models import User
from accounts.permissions import NotAllowed
from accounts.roles import Role
from review.statistics.reports import report, roll_up, slots
from review.statistics.reports.audience import people_told_of, queues_told_of
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World, person, queue


@pytest.fixture
def house(world: World) -> World:
    """Alice and Bob decided one case each in *nudity*, Alice one in a queue that Carol is not in."""
    queue("elsewhere", members=[world.alice])
    for by in (world.alice, world.bob):
        tasks.waiting(world.nudity, app=world.web)
        decide(take_lease(world.nudity, by=by), by=by)
    elsewhere = world.alice.queues.get(slug="elsewhere")
    tasks.waiting(elsewhere, app=world.web)
    decide(take_lease(elsewhere, by=world.alice), by=world.alice)
    roll_up.roll_up()
    return world


def pace(of: User, by: User) -> int | None:
    try:
        return report.read(report.Filters(slots.last(1), person=of), by=by).now.sums["decided"]
    except NotAllowed:
        return None


def test_it_is_theirs_and_their_leads(house: World) -> None:
    assert pace(house.alice, house.alice) == 2
    assert pace(house.alice, house.carol) == 1  # in the queue that Carol leads
    assert pace(house.bob, house.bob) == 1


def test_nobody_else_is_told(house: World) -> None:
    others = {name: pace(house.alice, getattr(house, name)) for name in ("bob", "dave", "erin", "mallory")}
    assert others == {"bob": None, "dave": None, "erin": None, "mallory": None}
    stranger = person("stranger", Role.LEAD)
    assert pace(house.alice, stranger) is None
    assert pace(house.mallory, house.carol) is None


def test_a_lead_who_practises_there_still_is_none(house: World) -> None:
    house.carol.memberships.update(practises=True)
    assert pace(house.alice, house.carol) is None


def test_an_administrator_who_works_there_is_told(house: World) -> None:
    house.nudity.memberships.create(user=house.dave)
    assert pace(house.alice, house.dave) == 1


def test_whom_the_page_offers(house: World) -> None:
    def offered(by: User) -> list[str]:
        return [one.name for one in people_told_of(queues_told_of(by), by=by)]

    assert offered(house.carol) == ["Alice", "Bob", "Carol"]
    assert offered(house.dave) == []
    html = signed_in(house.carol).get("/review/reports/?days=1&person=alice@example.test").content.decode()
    assert "Alice's pace" in html.replace("&#x27;", "'")
    assert "Where people uphold the machine" not in html
    html = signed_in(house.dave).get("/review/reports/?days=1&person=alice@example.test").content.decode()
    assert 'value="alice' not in html
    assert "s pace: visible" not in html
