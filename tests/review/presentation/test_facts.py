"""What else was sent with a picture: on the stage and the case's page, in words, each a search."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import override

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Case
from review.cases.search import find
from review.cases.search_form import SearchForm
from review.presentation import task_json
from tests.factories import bodies
from tests.factories.verdicts import take_lease
from tests.stage import signed_in
from tests.world import World

SAID: dict[str, Any] = {
    "businessLabels": [
        {
            "businessLabel1": "face",
            "businessLabel2": "face_count",
            "businessLabel3": "several",
            "businessDescription": "Face: Face count: Several",
            "probability": 0.94,
            "confidenceLevel": 2,
            "businessDetail": {"face_num": 3},
        }
    ],
    "disposal": {"riskLevel": "REVIEW", "riskLabel1": "TNS-2", "riskLabel2": "house", "riskDescription": "Ask a human"},
    "tokenProfileLabels": [
        {"label1": "behaviour", "label2": "activity", "label3": "casual", "description": "Activity"}
    ],
    "tokenRiskLabels": [{"label1": "history", "label2": "violations", "timestamp": 1_700_000_000_123}],
}
SENT = {"nickname": "福利 <b>", "deviceId": "d-1", "extra": {"room": "room-7"}}
STREAM = {"streamId": "s-1", "frameTime": 1_700_000_000_123}


def take_in(world: World, **changes: Any) -> None:
    body = bodies.envelope(**changes)
    accept(parse_submission(body), app=world.web, by=world.key)


@pytest.fixture
def facts(world: World) -> list[dict[str, Any]]:
    take_in(world, data=SENT | {"streamInfo": STREAM}, **SAID)
    take_in(world)  # which says nothing else
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    return [dict(fact) for fact in task["facts"]]


def test_they_are_told_in_words(facts: list[dict[str, Any]]) -> None:
    assert {fact["name"]: [value["text"] for value in fact["values"]] for fact in facts} == {
        "Business labels": ["Face: Face count: Several · 940 · confidence level 2 · face_num 3"],
        "Faces counted": ["3"],
        "Customer's own label": ["REVIEW · TNS-2 › house · Ask a human"],
        "Account": ["profile · Activity · casual", "history · history › violations · 2023-11-14"],
        "Nickname": ["福利 <b>"],
        "Device": ["d-1"],
        "Room": ["room-7"],
        "Stream": ["s-1"],
    }


def test_each_leads_to_the_cases_of_which_the_same_was_said(world: World, facts: list[dict[str, Any]]) -> None:
    for fact in facts:
        for value in fact["values"]:
            query = parse_qs(urlsplit(value["url"]).query)
            form = SearchForm({name: one for name, (one,) in query.items()}, user=world.alice)  # type: ignore[arg-type]
            assert form.is_valid(), form.errors
            found = find(form.filters(), user=world.alice).cases
            assert [case.token_id for case in found] == ["u_83f2"], fact["name"]
            assert found[0].pk == Case.objects.earliest("pk").pk


def test_in_chinese(world: World) -> None:
    take_in(world, data=SENT, **SAID)
    with override("zh-hans"):
        (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    names = [fact["name"] for fact in task["facts"]]
    assert names == ["业务标签", "人脸数", "客户自有标签", "账号", "昵称", "设备", "房间"]
    assert "置信等级 2" in task["facts"][0]["values"][0]["text"]


def test_the_cases_page_has_them_folded(world: World) -> None:
    take_in(world, data=SENT, **SAID)
    case = take_lease(world.default, by=world.alice).case
    page = signed_in(world.alice).get(f"/review/cases/{case.pk}/").content.decode()
    assert 'id="case-facts"' in page
    assert "福利 &lt;b&gt;" in page
    assert "?businessLabel=face%2Fface_count%2Fseveral" in page


def test_long_and_many_ones_are_cut(world: World) -> None:
    label = {"label1": "x", "description": "long " * 10_000}
    take_in(world, tokenRiskLabels=[label] * 300)
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    (account,) = (fact for fact in task["facts"] if fact["name"] == "Account")
    assert len(account["values"]) == 50
    assert len(account["values"][0]["text"]) == 1000


def test_a_revision_adds_what_a_case_is_found_by(world: World) -> None:
    sent = bodies.envelope(**SAID)
    accept(parse_submission(sent), app=world.web, by=world.key)
    again = bodies.result(
        requestId=sent["result"]["requestId"], disposal={"riskLevel": "REJECT", "riskLabel1": "TNS-4"}
    )
    accept(parse_submission(again), app=world.web, by=world.key)
    terms = Case.objects.get().terms
    assert {"disposal=tns-2", "disposal=tns-4"} <= set(terms)


def test_how_sure_the_machine_was_and_the_persons_it_counted_are_told(world: World) -> None:
    label = {"riskLabel1": "porn", "riskLevel": "REVIEW", "probability": 0.9, "confidenceLevel": 2}
    take_in(world, riskDetail={"person_num": 4}, allLabels=[label])
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    told = {fact["name"]: [tuple(value.values()) for value in fact["values"]] for fact in task["facts"]}
    assert told == {
        "Persons counted": [("4", "/review/cases/?persons=4")],
        "Confidence level": [("Sexually Explicit Content 2", "/review/cases/?confidenceLevel=2")],
    }
