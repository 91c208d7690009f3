"""A thousand results in one body: each has an outcome of its own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from moderation.models import Case, MachineResult
from review.models import ReviewTask
from tests.factories import bodies
from tests.world import World

BAD: list[tuple[Any, str]] = [
    (bodies.envelope(riskLevel="MAYBE"), "/result/riskLevel"),
    (bodies.envelope(requestId=""), "/result/requestId"),
    (bodies.envelope(requestId="x" * 200), "/result/requestId"),
    (bodies.envelope(app_id="nobody"), "/appId"),
    (bodies.envelope(data={"tokenId": "no spaces"}), "/request/data/tokenId"),
    (bodies.envelope(message="\0"), "/result/message"),
    (bodies.envelope(message="\ud800"), "/result/message"),
    ({"appId": "web", "result": []}, "/result"),
    ("text", ""),
    (None, ""),
]


def post(client: Client, body: Any, world: World) -> Any:
    sent = body if isinstance(body, str) else json.dumps(body)
    return client.post("/api/v1/results", sent, content_type="application/json", headers=world.bearer)


def a_thousand_with_ten_bad() -> tuple[list[Any], dict[int, str]]:
    items: list[Any] = [bodies.envelope() for _ in range(990)]
    places = {index * 97: BAD[index] for index in range(10)}
    for index, (item, _) in places.items():
        items.insert(index, item)
    return items, {index: pointer for index, (_, pointer) in places.items()}


def test_a_thousand_with_ten_bad_and_the_same_again(client: Client, world: World) -> None:
    items, bad = a_thousand_with_ten_bad()
    first = post(client, items, world)
    assert first.status_code == 200
    answer = first.json()
    assert counts(answer) == (990, 0, 0, 10)
    assert {item["index"]: item["errors"][0]["pointer"] for item in answer["items"] if "errors" in item} == bad
    assert [item["index"] for item in answer["items"]] == list(range(1000))
    assert Counter(item.get("state") for item in answer["items"]) == {"queued": 990, None: 10}
    assert (Case.objects.count(), MachineResult.objects.count(), ReviewTask.objects.count()) == (990, 990, 990)
    again = post(client, items, world).json()
    assert counts(again) == (0, 990, 0, 10)
    assert (Case.objects.count(), MachineResult.objects.count(), ReviewTask.objects.count()) == (990, 990, 990)


def counts(answer: dict[str, Any]) -> tuple[int, ...]:
    return tuple(answer[name] for name in ("accepted", "repeated", "revised", "rejected"))


def test_a_batch_costs_as_many_statements_as_one_result(client: Client, world: World) -> None:
    post(client, [bodies.envelope()], world)  # registers the event
    with CaptureQueriesContext(
        connection,
    ) as one:
        post(client, [bodies.envelope()], world)
    with CaptureQueriesContext(connection) as hundred:
        post(client, [bodies.envelope() for _ in range(100)], world)
    assert len(hundred) <= len(one) + 2


def test_revisions_read_neither_the_bodies_before_them_nor_each_picture_by_itself(client: Client, world: World) -> None:
    sent = [bodies.envelope() for _ in range(50)]
    post(client, sent, world)
    with CaptureQueriesContext(connection) as queries:
        again = [{**one, "result": {**one["result"], "riskLabel3": "beach"}} for one in sent]
        assert counts(post(client, again, world).json()) == (0, 0, 50, 0)
    read = [one["sql"] for one in queries if one["sql"].startswith("SELECT")]
    # once to see which pictures come anew, once to begin those
    assert len([sql for sql in read if "moderation_picturefetch" in sql]) == 2
    assert not [sql for sql in read if '"moderation_machineresult"."raw"' in sql]


def test_results_for_one_case_in_one_batch_are_its_revisions_in_their_order(client: Client, world: World) -> None:
    first = bodies.envelope()
    second = {**first, "result": {**first["result"], "riskLabel3": "beach"}}
    answer = post(client, [first, second, first, second], world).json()
    assert [item["status"] for item in answer["items"]] == ["accepted", "revised", "repeated", "repeated"]
    assert [item.get("revision") for item in answer["items"]] == [None, 2, None, None]
    assert ReviewTask.objects.get().machine_revision == 2


def test_the_items_may_be_for_several_apps_and_of_several_shapes(client: Client, world: World) -> None:
    bare = bodies.result()
    answer = post(client, [bodies.envelope(), bodies.envelope(app_id="app"), {**bare, "appId": "web"}], world).json()
    assert counts(answer) == (3, 0, 0, 0)
    assert sorted(Case.objects.values_list("app__app_id", flat=True)) == ["app", "web", "web"]


def test_states_are_told_for_each_item(client: Client, world: World) -> None:
    sent = [bodies.envelope(), bodies.envelope(riskLevel="PASS", finalResult=1), bodies.envelope(code=1901)]
    answer = post(client, sent, world).json()
    assert [item["state"] for item in answer["items"]] == ["queued", "recorded", "failed"]


def test_more_than_a_thousand_is_a_422_and_nothing_is_kept(client: Client, world: World) -> None:
    response = post(client, [bodies.result() for _ in range(1001)], world)
    assert response.status_code == 422
    assert "at most 1000" in response.json()["errors"][0]["detail"]
    assert not Case.objects.exists()


def test_an_empty_batch_is_fine(client: Client, world: World) -> None:
    assert counts(post(client, [], world).json()) == (0, 0, 0, 0)


@pytest.mark.parametrize("broken", ["[{]", "[1,]", "[" * 5000 + "]" * 5000])
def test_what_is_no_json_cannot_be_parted_into_items(client: Client, world: World, broken: str) -> None:
    assert post(client, broken, world).status_code == 400


def test_a_number_that_cannot_be_kept_spoils_its_item_alone(client: Client, world: World) -> None:
    good, bad = json.dumps(bodies.envelope()), json.dumps(bodies.envelope(big="@")).replace('"@"', "9" * 400)
    answer = post(client, f"[{good},{bad}]", world).json()
    assert counts(answer) == (1, 0, 0, 1)
    assert answer["items"][1]["errors"][0]["pointer"] == "/result/big"
