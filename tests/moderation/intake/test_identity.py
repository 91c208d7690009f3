"""One picture is one case, however its ids are spelt; two pictures are two."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from moderation.callbacks.receive import receive
from moderation.contract import combined, parse_submission
from moderation.intake.accept import Accepted, accept, accept_all
from moderation.models import Case, FinalResult
from review.models import ReviewTask
from tests.factories import bodies
from tests.factories.verdicts import decide, take_lease
from tests.moderation.callbacks.quarantined import address
from tests.moderation.intake.test_vendor_verdicts import COMBINED
from tests.world import World

ITEM = bodies.result(requestId="B_7", btId="7")
JOINED = bodies.result(requestId="B_7", riskLabel3="beach")
APART = bodies.result(requestId="B", btId="7", riskLabel3="pool")


def send(world: World, *sent: dict[str, Any]) -> list[Accepted]:
    return [accept(parse_submission(body), app=world.web, by=world.key) for body in sent]


def call_back(world: World, body: Any) -> None:
    receive(json.dumps(body).encode(), content_type="application/json", address=address(world))


@pytest.mark.parametrize("order", list(permutations([ITEM, JOINED, APART])))
def test_an_item_is_one_case_and_one_task_however_its_ids_are_spelt(world: World, order: tuple[Any, ...]) -> None:
    assert [one.revision for one in send(world, *order)] == [1, 2, 3]
    case = Case.objects.get()
    assert (case.request_id, case.bt_id, str(case)) == ("B", "7", "B_7")
    assert ReviewTask.objects.get().machine_revision == 3


@pytest.mark.parametrize("order", list(permutations([ITEM, JOINED, APART])))
def test_in_one_batch_too(world: World, order: tuple[Any, ...]) -> None:
    accept_all([(parse_submission(body), world.web) for body in order], by=world.key)
    assert (Case.objects.count(), ReviewTask.objects.count()) == (1, 1)


@pytest.mark.parametrize("item", [ITEM, APART], ids=["joined", "apart"])
@pytest.mark.parametrize("reviewer_first", [False, True])
def test_a_reviewers_body_with_the_joined_id_decides_the_item(
    world: World, item: dict[str, Any], reviewer_first: bool
) -> None:
    verdict = {**COMBINED, "requestId": "B_7"}
    send(world, *([verdict, item] if reviewer_first else [item, verdict]))
    assert Case.objects.get().state == "final"
    told = json.loads(FinalResult.objects.get().body)
    assert (told["riskLabel1"], told["btId"], told["riskDetail"]) == ("ad", "7", item["riskDetail"])
    assert not ReviewTask.objects.filter(closed_at=None).exists()


def test_our_own_combined_form_comes_back_to_its_case(world: World) -> None:
    send(world, APART)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, combined(json.loads(FinalResult.objects.get().body)))
    assert Case.objects.get().machine_results.count() == 2


def test_two_pictures_whose_joined_ids_are_alike_are_two_cases(world: World) -> None:
    first, second = bodies.result(requestId="A_1", btId="2"), bodies.result(requestId="A", btId="1_2")
    for _ in range(2):
        send(world, first, second)
    assert sorted(Case.objects.values_list("request_id", "bt_id")) == [("A", "1_2"), ("A_1", "2")]
    assert ReviewTask.objects.count() == 2
    later = [bodies.result(requestId="A", btId="1_2", riskLabel3="b"), bodies.result(requestId="A_1_2")]
    assert [one.case.request_id for one in send(world, *later)] == ["A", "A_1"]
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "others",
    [["B", "B_7"], ["B_7", "B_70"], ["B7", "B_7"]],
)
def test_ids_that_only_resemble_each_other_are_two_cases(world: World, others: list[str]) -> None:
    send(world, *(bodies.result(requestId=one) for one in others))
    assert Case.objects.count() == 2


def test_items_of_other_apps_are_other_cases(world: World) -> None:
    accept(parse_submission(ITEM), app=world.web, by=world.key)
    accept(parse_submission(JOINED), app=world.other_app, by=world.key)
    assert Case.objects.count() == 2


def test_items_of_a_batch_without_any_id_are_one_case_each_by_their_place(world: World) -> None:
    nameless = [{k: v for k, v in bodies.result(riskLabel3=str(n)).items() if k != "requestId"} for n in range(2)]
    batch = {"requestId": "B", "code": 1100, "imgs": [None, *nameless, {**nameless[0], "btId": "7"}]}
    for _ in range(2):
        call_back(world, batch)
    assert sorted(Case.objects.values_list("bt_id", flat=True)) == ["7", "imgs/1", "imgs/2"]
    assert ReviewTask.objects.filter(closed_at=None).count() == 3
    echoed = {"requestId": "B", "code": 1100, "imgs": [{**one, "requestId": "B", "btId": ""} for one in nameless]}
    call_back(world, echoed)
    assert Case.objects.count() == 4  # the first of it is imgs/0


def test_the_only_item_of_a_batch_may_have_the_batchs_id_alone(world: World) -> None:
    call_back(world, {"requestId": "B", "code": 1100, "imgs": [bodies.result(requestId="B")]})
    assert Case.objects.get().bt_id == ""


def test_the_schema_knows_one_case_for_each_name(world: World) -> None:
    Case.objects.create(app=world.web, request_id="B", bt_id="7", state="queued")
    with pytest.raises(IntegrityError, match="case_once_per_name"), transaction.atomic():
        Case.objects.create(app=world.web, request_id="B_7", state="queued")
