"""A decision against a change of the endpoint that its answer goes to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from moderation.messages import LedgerCode, Message
from moderation.models import AttemptTally, Delivery, Endpoint
from moderation.webhooks import endpoints as verbs
from moderation.webhooks import failing
from moderation.webhooks.redeliver import redeliver
from review.models import Decision, ReviewTask
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.races.conftest import Floor
from tests.races.crowd import at_once, held_up

GONE = Message(LedgerCode.DELIVERY_GONE)


def test_an_endpoint_deleted_while_a_decision_is_being_written_cancels_its_answer(floor: Floor) -> None:
    endpoint, _ = endpoints.subscribed()
    assert held_up(deciding(floor), partial(verbs.delete, endpoint, by="tests")) == [None]
    assert Delivery.objects.get().state == "cancelled"


def test_an_endpoint_paused_while_a_decision_is_being_written_holds_its_answer(floor: Floor) -> None:
    endpoint, _ = endpoints.subscribed()
    endpoint.state = Endpoint.State.PAUSED
    assert held_up(deciding(floor), partial(verbs.change, endpoint, apps=[], by="tests")) == [None]
    assert Delivery.objects.get().state == "paused"


def test_an_endpoint_that_its_receiver_disables_meanwhile_takes_deliveries(floor: Floor) -> None:
    endpoint, _ = endpoints.subscribed()
    with transaction.atomic():
        verbs.disable(endpoint.pk, why=GONE)
        (made,) = at_once([partial(not_waiting_long, partial(endpoints.dead, endpoint))])
    assert made == list(Delivery.objects.all())


def test_an_endpoint_that_is_resumed_meanwhile_is_not_paused_for_failing(floor: Floor) -> None:
    endpoint, _ = endpoints.subscribed()
    at = timezone.now() - timedelta(hours=26)
    Endpoint.objects.update(enabled_at=at)
    AttemptTally.objects.create(
        endpoint=endpoint, began_at=at, step=1, failed=12, last_failure_at=at, last_failure=GONE
    )

    def pause_and_resume() -> None:
        verbs.pause(endpoint, by="tests")
        verbs.resume(endpoint, by="tests")

    assert held_up(pause_and_resume, failing.pause_failing) == [0]
    assert Endpoint.objects.get().state == "enabled"


def not_waiting_long(work: Callable[[], Any]) -> Any:
    """Raises OperationalError where it would wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    return work()


def test_two_decisions_for_one_endpoint_do_not_wait_for_each_other(floor: Floor) -> None:
    endpoints.subscribed()
    first, second = deciding(floor), deciding(floor)
    with transaction.atomic():
        first()
        (decision,) = at_once([second])
    assert isinstance(decision, Decision)
    assert Delivery.objects.count() == 2


def deciding(floor: Floor) -> partial[Decision]:
    """What decides a new task when it is called."""
    world = floor.world
    tasks.waiting(world.nudity, app=world.web)
    person = floor.moderators[ReviewTask.objects.count()]
    return partial(decide, take_lease(world.nudity, by=person), by=person)


def test_pressing_for_one_more_try_at_once_is_one_try(floor: Floor) -> None:
    endpoints.subscribed()
    deciding(floor)()
    Delivery.objects.update(state="dead", attempts_made=10, ended_at="2026-01-01T00:00Z")
    pressed = at_once([partial(redeliver, Delivery.objects.get().pk, by=floor.world.key)] * 20)
    assert [getattr(one, "state", one) for one in pressed] == ["pending"] * 20
    assert AuditEvent.objects.filter(action="delivery.redelivered").count() == 1


def test_an_endpoint_paused_while_one_more_try_is_asked_for_holds_it(floor: Floor) -> None:
    endpoint, _ = endpoints.subscribed()
    deciding(floor)()
    Delivery.objects.update(state="dead", attempts_made=10, ended_at="2026-01-01T00:00Z")
    endpoint.state = Endpoint.State.PAUSED
    pressing = partial(redeliver, Delivery.objects.get().pk, by=floor.world.key)
    assert held_up(pressing, partial(verbs.change, endpoint, apps=[], by="tests")) == [None]
    assert Delivery.objects.get().state == "paused"
