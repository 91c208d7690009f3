"""`result.recorded`: what was only kept is told to who asked for it, as the machine said it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from moderation.contract import parse_submission
from moderation.intake.accept import Accepted, accept, accept_all
from moderation.models import Delivery, Endpoint
from moderation.webhooks.deliver import deliver_due
from moderation.webhooks.redeliver import NotRedeliverable, redeliver
from tests.factories import bodies, endpoints
from tests.factories.verdicts import REJECT, decide, take_lease
from tests.moderation.api.calls import get
from tests.moderation.webhooks.receiver import Receiver
from tests.world import World

TYPES = ["result.final", "result.recorded"]
PASSED: dict[str, Any] = {"riskLevel": "PASS", "finalResult": 1}


def send(world: World, **changes: Any) -> tuple[Accepted, dict[str, Any]]:
    """Take a result in; what became of it, and the result as it was sent."""
    envelope = bodies.envelope(**changes)
    return accept(parse_submission(envelope), app=world.web, by=world.key), envelope["result"]


def types() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("type", flat=True))


def test_it_is_sent_at_once_signed_and_says_what_the_machine_said(world: World, receiver: Receiver) -> None:
    _, secret = endpoints.subscribed(url=receiver.url, types=TYPES)
    _, sent = send(world, **PASSED)
    assert deliver_due() == 1
    (got,) = receiver.received
    event = Webhook(secret).verify(got.body, got.headers)
    assert (event["type"], event["data"]) == ("result.recorded", sent)
    assert timezone.now() - datetime.fromisoformat(event["timestamp"]) < timedelta(minutes=1)


@pytest.mark.parametrize("form", ["v4", "combined", "plain"])
def test_in_the_other_forms_it_is_the_bare_result(world: World, form: str) -> None:
    endpoints.subscribed(types=TYPES, form=form)
    _, sent = send(world, **PASSED)
    assert json.loads(Delivery.objects.get().payload) == sent


def test_it_is_told_to_whoever_asked_and_to_nobody_else(world: World) -> None:
    endpoints.subscribed(name="final alone")
    endpoints.subscribed(name="the other app's", types=TYPES, apps=[world.other_app])
    endpoints.subscribed(name="ours", types=TYPES, apps=[world.web])
    paused, _ = endpoints.subscribed(name="paused", types=TYPES)
    Endpoint.objects.filter(pk=paused.pk).update(state="paused")
    send(world, **PASSED)
    assert set(Delivery.objects.values_list("endpoint__name", "state")) == {("ours", "pending"), ("paused", "paused")}


@pytest.mark.parametrize("changes", [{}, {"code": 1903}], ids=["queued", "failed"])
def test_what_is_not_only_recorded_is_not_told_so(world: World, changes: dict[str, Any]) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, **changes)
    assert types() == []


def test_a_repeat_is_told_once_and_a_revision_anew(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    envelope = bodies.envelope(**PASSED)
    for _ in range(2):
        accept(parse_submission(envelope), app=world.web, by=world.key)
    assert types() == ["result.recorded"]
    envelope["result"]["riskDescription"] = "looked again"
    accept(parse_submission(envelope), app=world.web, by=world.key)
    assert types() == ["result.recorded"] * 2


def test_of_a_batch_each(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    batch = [bodies.envelope(**PASSED), bodies.envelope(), bodies.envelope(**PASSED)]
    accept_all([(parse_submission(one), world.web) for one in batch], by=world.key)
    assert types() == ["result.recorded"] * 2


def test_a_waiting_case_that_the_machine_settles_is_told(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, requestId="r1")
    send(world, requestId="r1", **PASSED)
    assert types() == ["result.recorded"]


def test_what_a_reviewer_of_the_service_decided_is_told_as_final_alone(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, requestId="r1")
    send(world, requestId="r1", resultType=1, **PASSED)
    assert types() == ["result.final"]


def test_it_never_overtakes_and_is_never_overtaken(world: World, receiver: Receiver) -> None:
    """Recorded, recorded anew, then decided by a person: in this order, however late the first is due."""
    endpoints.subscribed(url=receiver.url, types=TYPES)
    send(world, requestId="r1", **PASSED)
    send(world, requestId="r1", riskDescription="looked again", **PASSED)
    send(world, requestId="r1", riskDescription="unsure")
    decide(take_lease(world.default, by=world.alice), by=world.alice, judgement=REJECT)
    first = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=first.pk).update(due_at=Now() + timedelta(hours=1))
    assert deliver_due() == 0
    Delivery.objects.filter(pk=first.pk).update(due_at=Now())
    deliver_due()
    assert [json.loads(one.body)["type"] for one in receiver.received] == ["result.recorded"] * 2 + ["result.final"]
    with pytest.raises(NotRedeliverable, match="has followed"):
        redeliver(first.pk, by=world.dave)


def test_it_is_in_the_log_and_not_among_the_events(client: Client, world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, requestId="r1", **PASSED)
    told = get(client, "r1", world.bearer).json()
    assert [one["type"] for one in told["deliveries"]] == ["result.recorded"]
    log = client.get("/api/v1/deliveries?requestId=r1", headers=world.bearer).json()
    assert [one["type"] for one in log["items"]] == ["result.recorded"]
    assert client.get("/api/v1/events", headers=world.bearer).json()["items"] == []


def test_it_is_written_with_the_result_or_not_at_all(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("moderation.labels.register", _refuse)
        with pytest.raises(RuntimeError):
            send(world, **PASSED)
    assert types() == []


def _refuse(*_: Any) -> None:
    raise RuntimeError
