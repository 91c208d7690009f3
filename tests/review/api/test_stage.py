"""The calls of the stage, as the browser makes them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from moderation.models import FinalResult
from review.models import Decision, ReviewTask
from tests.factories import tasks
from tests.stage import call, lease, lease_key_of, signed_in, verdict
from tests.world import World

TOMORROW = (timezone.now() + timedelta(days=1)).isoformat()
REFILL = {"lease": {"queues": [], "count": 5}}


@pytest.fixture
def alice(world: World) -> Client:
    tasks.waiting(world.nudity, app=world.web, count=2)
    return signed_in(world.alice)


@pytest.fixture
def bob(world: World) -> Client:
    return signed_in(world.bob)


def expire() -> None:
    ReviewTask.objects.exclude(leased_by=None).update(leased_until="2020-01-01T00:00Z")


def test_a_lease_gives_tasks_and_tells_how_many_are_left(alice: Client, bob: Client) -> None:
    first = lease(alice, count=1)
    assert (len(first["tasks"]), first["waiting"], first["leasedByOthers"]) == (1, 1, 0)
    second = lease(bob)
    assert (len(second["tasks"]), second["waiting"], second["leasedByOthers"]) == (1, 0, 1)


def test_an_empty_lease_answers_at_once(world: World, bob: Client) -> None:
    assert lease(bob) == {"tasks": [], "waiting": 0, "leasedByOthers": 0}


def test_renewing_tells_what_was_renewed_and_what_is_lost(alice: Client, bob: Client) -> None:
    mine, theirs = lease(alice, count=1)["tasks"][0], lease(bob)["tasks"][0]
    answer = call(alice, "renew", {"leases": [lease_key_of(mine), lease_key_of(theirs)]})
    assert answer.json() == {"renewed": [mine["taskId"]], "lost": [theirs["taskId"]]}


def test_releasing_answers_204_and_frees_the_task(alice: Client, bob: Client) -> None:
    answer = call(alice, "release", {"leases": [lease_key_of(task) for task in lease(alice)["tasks"]]})
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(lease(bob)["tasks"]) == 2


def test_a_beacon_releases_with_form_fields_alone(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    client = signed_in(world.alice, enforce_csrf_checks=True)
    token = client.get("/review/").cookies[settings.CSRF_COOKIE_NAME].value
    take_lease = client.post(
        "/review/api/lease", {"count": 1}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    lease_keys = json.dumps([lease_key_of(task) for task in take_lease.json()["tasks"]])
    refused = client.post("/review/api/release", {"leases": lease_keys})
    assert refused.status_code == 403
    assert client.post("/review/api/release", {"leases": lease_keys, "csrfmiddlewaretoken": token}).status_code == 204
    assert ReviewTask.objects.get().leased_by is None


def test_a_decision_answers_with_its_undo_window_and_a_refill(alice: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    body = verdict(task, **REFILL)
    answer = call(alice, "decide", body).json()
    assert (answer["decisionId"], len(answer["tasks"])) == (body["decisionId"], 1)
    assert answer["undoUntil"].endswith("Z")
    assert answer["tasks"][0]["taskId"] != task["taskId"]


def test_a_decision_sent_again_gets_the_same_answer(alice: Client) -> None:
    body = verdict(lease(alice, count=1)["tasks"][0])
    first, again = call(alice, "decide", body), call(alice, "decide", body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert Decision.objects.count() == 1


def test_a_refill_leaves_out_what_the_page_has(world: World, alice: Client) -> None:
    (third,) = tasks.waiting(world.nudity, app=world.web)
    first, second = lease(alice, count=2)["tasks"]
    more = {"queues": [], "count": 5, "without": [second["taskId"]]}
    told = call(alice, "decide", verdict(first, lease=more)).json()["tasks"]
    assert [task["taskId"] for task in told] == [third.pk]


def test_a_page_of_somebody_who_was_signed_in_before_is_a_401(world: World, alice: Client) -> None:
    (task,) = lease(alice, count=1)["tasks"]
    said = verdict(task)
    refused = call(alice, "decide", said, **{"X-Person": str(world.bob.pk)})
    assert refused.status_code == 401
    assert "Alice is signed in" in refused.json()["detail"]
    assert call(alice, "decide", said, **{"X-Person": str(world.alice.pk)}).status_code == 200


def test_a_decision_asks_for_no_refill_unless_it_says_so(alice: Client) -> None:
    assert call(alice, "decide", verdict(lease(alice, count=1)["tasks"][0])).json()["tasks"] == []


def test_a_lost_hold_is_a_409_that_names_who_holds_it_and_writes_nothing(alice: Client, bob: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    expire()
    lease(bob)
    answer = call(alice, "decide", verdict(task))
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (answer.json()["outcome"], answer.json()["leasedBy"]) == ("lease-lost", "Bob")
    assert not FinalResult.objects.exists()


def test_a_lost_hold_that_nobody_has_names_nobody(alice: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    call(alice, "release", {"leases": [lease_key_of(task)]})
    answer = call(alice, "decide", verdict(task)).json()
    assert answer["outcome"] == "lease-lost"
    assert "leasedBy" not in answer


def test_a_decided_task_is_a_409_that_says_whose_verdict_stands(alice: Client, bob: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    call(alice, "decide", verdict(task))
    for client in (alice, bob):
        answer = call(client, "decide", verdict(task, verdict="PASS", reason=""))
        assert answer.status_code == 409
        assert {"outcome": "already-decided", "by": "Alice", "verdict": "REJECT"}.items() <= answer.json().items()


def test_a_verdict_against_the_queues_rules_is_a_422_that_points_at_the_field(alice: Client) -> None:
    answer = call(alice, "decide", verdict(lease(alice)["tasks"][0], reason="no-such"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")


def test_an_undo_gives_the_task_back_held(alice: Client) -> None:
    body = verdict(lease(alice, count=1)["tasks"][0])
    call(alice, "decide", body)
    task = call(alice, "undo", {"decisionId": body["decisionId"]}).json()["task"]
    assert task["taskId"] == body["taskId"]
    assert task["leaseToken"] != body["leaseToken"]
    assert call(alice, "decide", verdict(task, verdict="PASS", reason="")).status_code == 200


def test_an_undo_that_comes_too_late_is_a_409(alice: Client, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    body = verdict(lease(alice, count=1)["tasks"][0])
    call(alice, "decide", body)
    answer = call(alice, "undo", {"decisionId": body["decisionId"]})
    assert (answer.status_code, answer.json()["outcome"]) == (409, "window-closed")


def test_what_does_not_exist_is_a_404(alice: Client) -> None:
    nothing = {"taskId": 10**15, "leaseToken": str(uuid4())}
    assert call(alice, "decide", verdict(nothing)).status_code == 404
    assert call(alice, "undo", {"decisionId": str(uuid4())}).status_code == 404
    for verb in ("skip", "escalate", "snooze"):
        assert call(alice, verb, nothing).status_code == 404


@pytest.mark.parametrize(
    ("verb", "extra", "state"),
    [
        ("skip", {}, "waiting"),
        ("escalate", {"note": "is this art?", "to": "Carol@example.test"}, "escalated"),
        ("snooze", {"note": "ask", "until": TOMORROW}, "snoozed"),
        ("snooze", {}, "snoozed"),
    ],
)
def test_setting_aside_answers_with_a_refill(alice: Client, verb: str, extra: dict[str, str], state: str) -> None:
    task = lease(alice, count=1)["tasks"][0]
    answer = call(alice, verb, lease_key_of(task) | extra | REFILL)
    assert answer.status_code == 200, answer.content
    assert [one["taskId"] for one in answer.json()["tasks"]] not in ([], [task["taskId"]])
    assert ReviewTask.objects.get(pk=task["taskId"]).state == state


def test_a_second_opinion_answers_with_a_refill_and_the_colleague_is_told(alice: Client, bob: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    asked = {"to": "bob@example.test", "note": "art?", "view": "PASS"}
    answer = call(alice, "second-opinion", lease_key_of(task) | asked | REFILL)
    assert answer.status_code == 200, answer.content
    assert [one["taskId"] for one in answer.json()["tasks"]] not in ([], [task["taskId"]])
    (theirs,) = lease(bob)["tasks"]
    assert (theirs["taskId"], theirs["note"]["text"], theirs["note"]["by"]) == (task["taskId"], "art?", "Alice")


def test_a_lead_assigns_and_gives_back(world: World, alice: Client) -> None:
    task, carol = ReviewTask.objects.earliest("rank_at"), signed_in(world.carol)
    answer = call(carol, "assign", {"taskId": task.pk, "to": "Bob@example.test", "note": "yours"})
    assert answer.json() == {"taskId": task.pk, "state": "waiting", "owner": "bob@example.test"}
    assert task.pk not in {one["taskId"] for one in lease(alice)["tasks"]}
    assert call(carol, "assign", {"taskId": task.pk, "to": None}).json()["owner"] is None


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("assign", {}, "/to"),
        ("assign", {"to": "nobody@example.test"}, "/to"),
        ("assign", {"to": "x"}, "/to"),
        ("second-opinion", {}, "/to"),
        ("second-opinion", {"to": None}, "/to"),
        ("second-opinion", {"to": "bob@example.test", "view": "MAYBE"}, "/view"),
    ],
)
def test_a_body_that_hands_over_to_nobody_is_a_422(
    world: World, alice: Client, verb: str, body: dict[str, Any], pointer: str
) -> None:
    leased = lease_key_of(lease(alice, count=1)["tasks"][0])
    person = {"assign": world.carol, "second-opinion": world.alice}[verb]
    answer = call(signed_in(person), verb, leased | body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


def test_what_is_on_hold_is_a_409_with_a_name(world: World, alice: Client) -> None:
    task = lease(alice, count=1)["tasks"][0]
    call(alice, "snooze", lease_key_of(task))
    answer = call(signed_in(world.carol), "assign", {"taskId": task["taskId"], "to": "bob@example.test"})
    assert (answer.status_code, answer.json()["outcome"]) == (409, "wrong-state")


def test_nobody_of_that_address_is_a_422(alice: Client) -> None:
    answer = call(alice, "escalate", lease_key_of(lease(alice)["tasks"][0]) | {"to": "nobody@example.test"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")


def test_counts_carry_an_etag_and_a_304_for_who_has_them(alice: Client) -> None:
    first = alice.get("/review/api/counts")
    assert first.json()["queues"][1].keys() == {"slug", "waiting", "leased", "overdue", "oldestAt"}
    again = alice.get("/review/api/counts", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "private" in first["Cache-Control"]
