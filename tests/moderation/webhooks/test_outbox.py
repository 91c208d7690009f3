"""Which deliveries a result makes, and what they will say."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models.functions import Now
from django.utils import timezone

from moderation.models import Case, Delivery, Endpoint
from moderation.models.webhooks.endpoint import EventType
from moderation.webhooks import endpoints as verbs
from moderation.webhooks import outbox
from review.workflow.verdicts import Judgement
from tests.factories import endpoints
from tests.moderation.webhooks.answers import corrected, decided
from tests.world import World


def payload() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Delivery.objects.latest("pk").payload)
    return found


def test_news_are_due_by_the_databases_clock(world: World) -> None:
    endpoints.subscribed(types=["queue.sla-at-risk"])
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert outbox.put_fact(EventType.SLA_AT_RISK, {}) == 1
    assert Delivery.objects.filter(due_at__lte=Now()).count() == 1


def test_an_endpoint_without_apps_hears_of_every_app_and_one_with_apps_of_those(world: World) -> None:
    endpoints.subscribed(name="every")
    endpoints.subscribed(name="web only", apps=[world.web])
    endpoints.subscribed(name="both", apps=[world.web, world.other_app])
    decided(world, app="app")
    assert set(Delivery.objects.values_list("endpoint__name", flat=True)) == {"every", "both"}
    decided(world, app="web")
    assert Delivery.objects.count() == 2 + 3


@pytest.mark.parametrize(
    ("types", "heard"),
    [
        (["result.final"], ["result.final"]),
        (["result.corrected"], ["result.corrected"]),
        (["result.final", "result.corrected"], ["result.final", "result.corrected"]),
        (["result.recorded"], []),
        ([], []),
    ],
)
def test_an_endpoint_hears_of_the_types_it_chose(world: World, types: list[str], heard: list[str]) -> None:
    endpoints.subscribed(types=types)
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    assert list(Delivery.objects.order_by("pk").values_list("type", flat=True)) == heard


@pytest.mark.parametrize(("state", "delivery"), [("enabled", "pending"), ("paused", "paused"), ("disabled", "paused")])
def test_a_delivery_starts_as_its_endpoint_stands(world: World, state: str, delivery: str) -> None:
    endpoint, _ = endpoints.subscribed()
    Endpoint.objects.filter(pk=endpoint.pk).update(state=state)
    decided(world)
    assert Delivery.objects.get().state == delivery


def test_a_deleted_endpoint_hears_of_nothing(world: World) -> None:
    endpoint, _ = endpoints.subscribed()
    verbs.delete(endpoint, by=world.dave)
    decided(world)
    assert not Delivery.objects.exists()


def test_the_standard_form_is_an_event_around_the_v4_result(world: World) -> None:
    endpoints.subscribed()
    decision = decided(world, requestId="r1", judgement=Judgement("REJECT", "nudity", note="see bio"))
    sent = payload()
    assert (sent["type"], sent["timestamp"]) == ("result.final", f"{decision.decided_at:%Y-%m-%dT%H:%M:%SZ}")
    data = sent["data"]
    assert (data["requestId"], data["riskLevel"], data["riskLabel2"]) == ("r1", "REJECT", "nudity")
    assert (data["resultType"], data["finalResult"], data["dataId"]) == (1, 1, "post-17")
    assert data["auxInfo"]["passThrough"] == {"post": 17}
    assert data["review"] == {
        "caseId": str(Case.objects.get().pk),
        "decisionId": str(decision.pk),
        "revision": 1,
        "queue": "default",
        "decidedAt": f"{decision.decided_at:%Y-%m-%dT%H:%M:%SZ}",
        "reason": "nudity",
        "note": "see bio",
    }


def test_a_note_nobody_wrote_is_left_out(world: World) -> None:
    endpoints.subscribed()
    decided(world)
    assert "note" not in payload()["data"]["review"]


def test_the_v4_form_is_the_bare_result(world: World) -> None:
    endpoints.subscribed(form="v4")
    decided(world, requestId="r1")
    assert (payload()["requestId"], payload()["riskDetail"]["faces"][0]["id"]) == ("r1", "f1")
    assert not {"review", "type", "data"} & set(payload())


def test_the_combined_form_carries_no_evidence(world: World) -> None:
    endpoints.subscribed(form="combined")
    decided(world, requestId="r1")
    assert set(payload()) == {
        "requestId", "code", "message", "riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription",
        "finalResult", "resultType",
    }  # fmt: skip


@pytest.mark.parametrize(("verdict", "operation"), [("PASS", 1), ("REJECT", 2)])
def test_the_plain_form_says_pass_or_fail(world: World, verdict: str, operation: int) -> None:
    endpoints.subscribed(form="plain")
    decided(world, requestId="r1", judgement=Judgement(verdict))
    sent = payload()
    assert (sent["serviceId"], sent["result"]["operation"]) == ("POST_IMG", operation)
    assert (sent["data"]["tokenId"], sent["data"]["appId"]) == ("u_83f2", "web")
    assert sent["data"]["content"].startswith("http://")


def test_a_correction_is_a_revision_of_its_own_type(world: World) -> None:
    endpoints.subscribed()
    decision = decided(world)
    corrected(Case.objects.get(), at=decision.decided_at)
    assert (payload()["type"], payload()["data"]["review"]["revision"]) == ("result.corrected", 2)


def test_every_delivery_has_an_id_of_its_own(world: World) -> None:
    for _ in range(3):
        endpoints.subscribed()
    decided(world)
    assert len(set(Delivery.objects.values_list("webhook_id", flat=True))) == 3
