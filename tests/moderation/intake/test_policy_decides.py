"""Cases that policy decides alone: final at once, and told once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from standardwebhooks.webhooks import Webhook

from accounts.models import AuditEvent
from moderation.contract import json_text, parse_submission
from moderation.intake.accept import accept, accept_all
from moderation.models import Case, Delivery, FinalResult, MachineResult
from moderation.policy_versions import store
from moderation.webhooks.deliver import deliver_due
from review.cases import accounting
from review.models import ReviewTask
from tests.factories import bodies, endpoints
from tests.factories.policy_decisions import (
    PASSED,
    REJECTED,
    REVIEWED,
    SECTION,
    TYPES,
    results,
    scored,
    send,
    state,
    told,
)
from tests.moderation.api.calls import get, post
from tests.moderation.webhooks.receiver import Receiver, receiving
from tests.world import World


@pytest.fixture(autouse=True)
def policy(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by=world.dave)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as found:
        yield found


@pytest.mark.parametrize(("body", "level"), [(PASSED, "PASS"), (REJECTED, "REJECT")])
def test_it_is_final_at_once(world: World, client: Client, body: dict[str, Any], level: str) -> None:
    answer = post(client, bodies.envelope(requestId="r1", **body), world.bearer)
    assert (answer.status_code, answer.json()["state"], answer.json()["queue"]) == (201, "final", None)
    found = get(client, "r1", world.bearer).json()
    assert (found["state"], found["revision"], found["queue"]) == ("final", 1, None)
    final = found["finalResult"]
    assert (final["riskLevel"], final["resultType"], final["finalResult"]) == (level, 0, 1)
    assert final["allLabels"] == found["machineResult"]["allLabels"]
    assert (found["machineResult"]["riskLevel"], found["machineResult"]["finalResult"]) == ("REVIEW", 0)
    assert not ReviewTask.objects.exists()
    assert accounting.account().unaccounted == 0


def test_a_pass_names_no_label_and_a_rejection_the_one_that_decided(world: World) -> None:
    other = {"riskLevel": "PASS", "riskLabel1": "porn", "riskLabel2": "acts", "probability": 0.95}
    labels = [*REJECTED["allLabels"], other | {"riskDescription": "porn: acts"}]
    send(world, REJECTED, allLabels=labels)
    final = FinalResult.objects.get()
    body = json_text.loads(final.body.encode())
    names = ("riskLabel1", "riskLabel2", "riskLabel3", "riskDescription")
    assert [body[name] for name in names] == ["porn", "acts", "", "porn: acts"]
    assert (final.risk_label1, final.risk_label2) == ("porn", "acts")
    send(world, PASSED, request="r2")
    body = json_text.loads(FinalResult.objects.latest("pk").body.encode())
    assert [body[name] for name in names] == ["normal", "", "", "Normal"]


def test_without_a_description_the_levels_are_named(world: World) -> None:
    send(world, REJECTED)
    assert json_text.loads(FinalResult.objects.get().body.encode())["riskDescription"] == "Erotic: nudity"


def test_the_route_keeps_the_chain_as_codes(world: World) -> None:
    send(world, REJECTED)
    route, final = MachineResult.objects.get().route, FinalResult.objects.get()
    assert (route["outcome"], route["riskLevel"], route["section"], route["policy"]) == ("decided", "REJECT", "all", 1)
    (link,) = route["chain"]
    assert (link["label"], link["score"], link["by"]) == ("porn/nudity", 900, "threshold")
    assert link.pop("why")["code"] == "chain.rejected"
    assert final.policy == {"version": 1, "chain": [link]}


def test_backends_that_asked_for_it_are_told(world: World, receiver: Receiver) -> None:
    endpoints.subscribed(name="final alone")
    _, secret = endpoints.subscribed(url=receiver.url, types=TYPES)
    send(world, REJECTED)
    assert (told(), FinalResult.objects.get().deliveries_made) == ([("result.recorded", 1)], 1)
    assert deliver_due() == 1
    event = Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    data = event["data"]
    assert (event["type"], data["riskLevel"], data["resultType"], data["finalResult"]) == (
        "result.recorded",
        "REJECT",
        0,
        1,
    )
    assert (data["policy"]["version"], data["policy"]["chain"][0]["threshold"]["number"]) == (1, 850)
    assert "review" not in data
    assert data["dataId"] == "post-17"


@pytest.mark.parametrize("form", ["v4", "combined", "plain"])
def test_in_the_other_forms_it_is_a_final_result(world: World, form: str) -> None:
    endpoints.subscribed(types=TYPES, form=form)
    send(world, REJECTED)
    sent = json.loads(Delivery.objects.get().payload)
    assert sent["result"]["operation"] == 2 if form == "plain" else sent["riskLevel"] == "REJECT"
    assert not {"policy", "review"} & set(sent)


def test_the_feed_lists_it(world: World, client: Client) -> None:
    send(world, REJECTED)
    (item,) = client.get("/api/v1/events", headers=world.bearer).json()["items"]
    assert (item["type"], item["revision"], item["decisionId"]) == ("result.recorded", 1, None)
    assert (item["policy"]["version"], item["finalResult"]["resultType"]) == (1, 0)


def test_the_audit_says_that_policy_decided(world: World) -> None:
    send(world, REJECTED)
    event = AuditEvent.objects.get(action="result.finalised")
    assert (event.by, event.by_name, event.details) == (None, "policy", {"revision": 1, "risk_level": "REJECT"})


def test_a_batch_is_decided_each_by_itself(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    kinds = [PASSED, REVIEWED, REJECTED, {"code": 1911}, scored(0.9, resultType=1, finalResult=1, riskLevel="REJECT")]
    batch = [bodies.envelope(**kinds[n % 5]) for n in range(50)]
    accepted = accept_all([(parse_submission(one), world.web) for one in batch], by=world.key)
    assert [one.case.state for one in accepted] == ["final", "queued", "final", "failed", "recorded"] * 10
    assert sorted(results()) == [(1, 0, "PASS")] * 10 + [(1, 0, "REJECT")] * 10
    assert (ReviewTask.objects.count(), FinalResult.objects.filter(deliveries_made=1).count()) == (10, 20)
    assert sorted(told()) == [("result.recorded", 0)] * 10 + [("result.recorded", 1)] * 20
    assert accounting.account().unaccounted == 0


def test_a_large_batch_takes_no_more_statements_than_a_small_one(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    send(world, REJECTED, request="warm")

    def statements(count: int) -> int:
        batch = [(parse_submission(bodies.envelope(**REJECTED)), world.web) for _ in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as asked:
            accept_all(batch, by=world.key)
        return len(asked)

    assert statements(200) <= statements(3)


def test_the_same_body_again_is_a_repeat_and_decides_nothing(world: World) -> None:
    endpoints.subscribed(types=TYPES)
    envelope = parse_submission(bodies.envelope(requestId="r1", **REJECTED))
    assert [accept(envelope, app=world.web, by=world.key).repeat for _ in range(2)] == [False, True]
    assert (results(), told()) == ([(1, 0, "REJECT")], [("result.recorded", 1)])


def test_a_rule_may_send_it_to_a_person(world: World) -> None:
    rules = [{"when": {"finalResult": [0, 1], "level": {"atLeast": 3}}, "queue": "nudity"}]
    store.put_in_force({"rules": rules, "sections": [SECTION]}, by=world.dave)
    accept(parse_submission(bodies.envelope(data={"level": 4}, **REJECTED)), app=world.web, by=world.key)
    assert (state(), ReviewTask.objects.get().queue, results()) == ("queued", world.nudity, [])


def test_its_body_keeps_what_our_word_lists_found(world: World) -> None:
    send(world, REJECTED)
    body = json_text.loads(FinalResult.objects.get().body.encode())
    assert body["riskDetail"]["matchedLists"][0]["name"] == "contacts"
    assert (body["dataId"], body["auxInfo"]["passThrough"]) == ("post-17", {"post": 17})
    assert FinalResult.objects.filter(release_at__lte=Now()).exists()


@pytest.mark.parametrize("table", ["moderation_delivery", "accounts_auditevent", "moderation_machineresult"])
def test_the_case_its_answer_and_its_delivery_are_one_fact(world: World, table: str) -> None:
    endpoints.subscribed(types=TYPES)
    refused = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$"
    with connection.cursor() as cursor:
        cursor.execute(refused)
        cursor.execute(f"CREATE TRIGGER refused BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION refuse()")
    with pytest.raises(DatabaseError, match="refused"):
        send(world, REJECTED)
    assert not Case.objects.exists()
    assert not FinalResult.objects.exists()
