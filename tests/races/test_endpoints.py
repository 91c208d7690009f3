"""A decision against a change of the endpoint that its answer goes to."""

from __future__ import annotations

from functools import partial

from moderation.models import Delivery, Endpoint
from moderation.webhooks import endpoints as verbs
from review.models import Decision
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, leased
from tests.races.conftest import Floor
from tests.races.crowd import at_once

ROUNDS = 12


def test_no_answer_stays_pending_for_an_endpoint_that_is_deleted_meanwhile(floor: Floor) -> None:
    for _ in range(ROUNDS):
        endpoint, _ = endpoints.subscribed()
        decide_and(floor, partial(verbs.delete, endpoint, by="tests"))
        assert not Delivery.objects.filter(endpoint=endpoint, state="pending").exists()


def test_an_answer_for_an_endpoint_that_is_paused_meanwhile_is_held(floor: Floor) -> None:
    for _ in range(ROUNDS):
        endpoint, _ = endpoints.subscribed()
        endpoint.state = Endpoint.State.PAUSED
        decide_and(floor, partial(verbs.change, endpoint, apps=[], by="tests"))
        assert Delivery.objects.get(endpoint=endpoint).state == "held"
        verbs.delete(endpoint, by="tests")


def decide_and(floor: Floor, change: partial[None]) -> None:
    world = floor.world
    tasks.waiting(world.nudity, app=world.web)
    task = leased(world.nudity, by=world.alice)
    decision, changed = at_once([partial(decide, task, by=world.alice), change])
    assert isinstance(decision, Decision), decision
    assert changed is None
