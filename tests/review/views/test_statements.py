"""No page asks more than twenty statements, with something of everything on it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from moderation.models import Case
from review.queues import configure
from review.workflow import defer
from tests.factories import replays, tasks
from tests.factories.endpoints import dead, subscribed, waiting
from tests.factories.verdicts import PASS, decide, lease_key_of, take_lease
from tests.review.views.counted_pages import MOST_STATEMENTS, PAGES
from tests.stage import signed_in
from tests.world import World, person

ALLOWED = {"/manage/audit/": 14, "/manage/health/": 5}
"""A page of the audit names things of fourteen kinds, and reads the names of each kind at once. Whether the database
takes writes is tried in a transaction that is rolled back.
"""


@pytest.fixture
def named(world: World) -> dict[str, int]:
    """What the addresses of pages name; every list of cases has some that were decided, wait and came back."""
    by_policy = replays.past(world)[0]
    replay = replays.replayed(world)
    decider = person("person-3")
    configure.set_members(world.nudity, [world.alice, world.bob, world.carol, decider], by="tests")
    world.nudity.memberships.update(practises=False)
    decided = [_decided(world, by) for by in (decider, decider, world.bob)]
    open_task, *_ = tasks.waiting(world.nudity, app=world.web, count=4)
    defer.escalate(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, note="Look.")
    defer.snooze(lease_key_of(take_lease(world.nudity, by=world.alice)), by=world.alice, until=None)
    endpoint, _ = subscribed()
    (delivery,) = dead(endpoint, case=decided[0], final_result=decided[0].final_results.get())
    waiting(endpoint, case=decided[1], final_result=decided[1].final_results.get())
    Case.objects.update(token_id="subject-7", data_id="data-77")
    return {
        **{"web": world.web.pk, "carol": world.carol.pk, "replay": replay.pk, "endpoint": endpoint.pk},
        **{"delivery": delivery.pk, "decided": decided[0].pk, "by_policy": by_policy.pk, "waiting": open_task.case_id},
    }


def _decided(world: World, by: User) -> Case:
    tasks.waiting(world.nudity, app=world.web)
    return decide(take_lease(world.nudity, by=by), by=by, judgement=PASS).task.case


@pytest.mark.parametrize(("who", "more"), [("dave", 0), ("carol", 3)])
def test_no_page_asks_more(world: World, named: dict[str, int], who: str, more: int) -> None:
    """Of a lead it is asked besides in which queues they lead: some pages have three statements `more`."""
    client = signed_in(getattr(world, who))
    counted = {path: _statements(client, path.format_map(named)) for path in PAGES}
    most = {path: MOST_STATEMENTS + more + ALLOWED.get(path, 0) for path in PAGES}
    assert {path: many for path, many in counted.items() if many > most[path]} == {}


def _statements(client: Client, path: str) -> int:
    """Of a visit that follows another, as the benchmark counts them; now and then one renews what is kept a while."""
    client.get(path)
    return min(_asked(client, path) for _ in range(2))


def _asked(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
    return len(asked)
