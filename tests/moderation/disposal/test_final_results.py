"""Final results carry the customer's own labels, whoever decided, in every form that has a place for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from moderation.contract import parse_submission
from moderation.contract.values import LabelPath
from moderation.disposal import changes, in_force, unmapped
from moderation.disposal.mapping import Own
from moderation.intake.accept import accept_all
from moderation.models import Delivery, FinalResult
from moderation.policy_versions import store
from review.workflow.reopen import reopen
from tests.factories import bodies, endpoints, tasks
from tests.factories.policy_decisions import PASSED, REJECTED, SECTION, TYPES, send
from tests.factories.verdicts import PASS, decide, take_lease
from tests.moderation.api.calls import get
from tests.moderation.intake.test_vendor_verdicts import COMBINED
from tests.moderation.intake.test_vendor_verdicts import send as send_all
from tests.world import World

TNS = {
    "riskLevel": "REVIEW",
    "riskLabel1": "TNS-2",
    "riskLabel2": "bodies",
    "riskLabel3": "",
    "riskDescription": "TNS-2: bodies",
}
NORMAL = {"riskLevel": "PASS", "riskLabel1": "normal", "riskLabel2": "", "riskLabel3": "", "riskDescription": "Normal"}
MACHINES = {"riskLevel": "REJECT", "riskLabel1": "theirs"}


@pytest.fixture
def mapped(world: World) -> None:
    changes.add(world.web, label="porn", own=Own("TNS-2", "bodies", risk_level="REVIEW"), by=world.dave)


def told() -> Any:
    return json.loads(FinalResult.objects.latest("pk").body).get("disposal")


@pytest.mark.parametrize(("body", "expected"), [(REJECTED, TNS), (PASSED, NORMAL)])
def test_what_policy_decides_carries_it(
    world: World, client: Client, mapped: None, body: dict[str, Any], expected: Any
) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, body)
    assert told() == expected
    assert get(client, "r1", world.bearer).json()["finalResult"]["disposal"] == expected


def test_what_a_person_decides_carries_it_and_so_does_the_correction(world: World, mapped: None) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    assert told() == TNS
    FinalResult.objects.update(release_at="2026-01-01T00:00Z")
    reopen(task.case_id, by=world.carol)
    decide(take_lease(world.nudity, by=world.carol), by=world.carol, judgement=PASS)
    assert told() == NORMAL


@pytest.mark.parametrize("form", ["standard", "v4", "combined", "plain"])
def test_every_form_with_a_place_for_it_has_it(world: World, mapped: None, form: str) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    endpoints.subscribed(types=TYPES, form=form)
    send(world, REJECTED)
    sent = json.loads(Delivery.objects.get().payload)
    body = sent["data"] if form == "standard" else sent
    assert body.get("disposal") == (None if form == "plain" else TNS)


def test_an_app_that_maps_nothing_sends_what_the_machine_sent(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    machines = MACHINES | {"riskLevel": "REJECT"}
    send(world, REJECTED, riskLevel="REJECT", disposal=machines)
    assert told() == machines


def test_its_own_mapping_takes_the_place_of_the_machines_disposal(world: World, mapped: None) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED, riskLevel="REJECT", disposal=MACHINES)
    assert told() == TNS


def test_a_label_without_an_entry_keeps_the_machines_disposal(world: World) -> None:
    changes.add(world.web, label="ad", own=Own("TNS-4"), by=world.dave)
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED, riskLevel="REJECT", disposal=MACHINES)
    assert told() == MACHINES


def test_a_reviewers_disposal_gives_way_to_the_mapping_too(world: World, mapped: None) -> None:
    named = {"riskLevel": "REJECT", "riskLabel1": "porn", "riskLabel2": "", "riskLabel3": ""}
    send_all(world, bodies.result(requestId="r1"), {**COMBINED, **named, "disposal": MACHINES})
    assert told() == TNS


def test_another_apps_mapping_does_not_count(world: World) -> None:
    changes.add(world.other_app, label="porn", own=Own("TNS-2"), by=world.dave)
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED)
    assert told() is None


def test_many_results_ask_for_the_mapping_once(world: World, mapped: None) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    sent = [(parse_submission(bodies.envelope(requestId=f"r{n}", **REJECTED)), world.web) for n in range(30)]
    in_force.forget()
    with CaptureQueriesContext(connection) as queries:
        accept_all(sent, by=world.key)
    assert len([one for one in queries if "moderation_ownlabel" in one["sql"]]) == 1
    assert FinalResult.objects.count() == len(sent)
    assert {json.loads(one.body)["disposal"]["riskLabel1"] for one in FinalResult.objects.all()} == {"TNS-2"}


def test_rejections_without_an_entry_are_counted(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    for number in range(3):
        send(world, REJECTED, request=f"r{number}")
    send(world, PASSED, request="r5")
    path = LabelPath("Erotic", "nudity")
    assert (unmapped.lately(world.web).unmapped, unmapped.lately(world.other_app).unmapped) == ([(path, 3)], [])
    changes.add(world.web, label="*", own=Own("other"), by=world.dave)
    used = unmapped.lately(world.web)
    assert (used.unmapped, used.entries) == ([(path, 3)], {"*": 3})
    changes.add(world.web, label="porn/Nudity", own=Own("bodies"), by=world.dave)
    used = unmapped.lately(world.web)
    assert (used.unmapped, used.entries) == ([], {"porn/nudity": 3})


def test_only_rejections_that_stand_and_have_a_label_are_unmapped(world: World) -> None:
    store.put_in_force({"sections": [SECTION]}, by="tests")
    send(world, REJECTED)
    send(world, REJECTED, request="r2")
    path = LabelPath("Erotic", "nudity")
    assert unmapped.lately(world.web).unmapped == [(path, 2)]
    send(world, PASSED)  # a later result: policy corrects itself
    assert list(FinalResult.objects.filter(case__request_id="r1").values_list("risk_level", flat=True)) == [
        "REJECT", "PASS",
    ]  # fmt: skip
    assert unmapped.lately(world.web).unmapped == [(path, 1)]
    FinalResult.objects.filter(case__request_id="r2").update(risk_label1="normal", risk_label2="")
    assert unmapped.lately(world.web).unmapped == []
