"""The `Task` that the stage is sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from moderation import labels
from moderation.contract import json_text, parse_submission
from moderation.disposal import in_force as own_labels
from moderation.intake.accept import accept
from moderation.messages import LedgerCode, Message
from moderation.models import Picture, PictureFetch
from moderation.policy_versions import store
from review.api.schemas import TASK
from review.models import ReviewTask
from review.presentation import task_json
from review.workflow import leases, load_tasks
from tests.factories import bodies, pictures, tasks
from tests.factories.verdicts import REJECT, decide, take_lease
from tests.stage import call, signed_in
from tests.world import World

PROMISED = {
    "taskId", "leaseToken", "leasedUntil", "queue", "requestId", "caseId", "enteredAt", "dueAt", "rankAt", "priority",
    "image", "result", "labels", "evidence", "text", "subject", "reasons",
}  # fmt: skip
BESIDES = {
    "resultLevels",
    "appId",
    "eventId",
    "queueName",
    "dataId",
    "why",
    "rule",
    "route",
    "note",
    "guideline",
    "machineRevision",
    "decides",
    "stream",
    "seenBefore",
    "facts",
}  # what the stage shows too


def sent(world: World, *, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The one task that waits after this result came in, as presented."""
    body = json_text.loads(json.dumps(bodies.envelope(data=data, **changes)).encode())
    accept(parse_submission(body), app=world.web, by=world.key)
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    return dict(task)


def test_a_task_has_exactly_the_keys_promised_and_those_the_stage_shows_besides(world: World) -> None:
    task = sent(world)
    assert set(task) == PROMISED | BESIDES
    assert set(task) == set(TASK["required"]), "the OpenAPI document says the same"
    assert set(task["subject"]) == {
        "tokenId", "decided", "rejected", "lastRejectedAt", "risks", "url", "rejectedFor", "waiting", "waitingHere",
    }  # fmt: skip
    assert set(task["labels"][0]) == {
        "riskLabel1", "riskLabel2", "riskLabel3", "name", "levels", "severity", "riskLevel", "probability", "evidence",
    }  # fmt: skip
    assert set(task["reasons"][0]) == {"code", "key", "name", "levels", "riskLabel1", "riskLabel2", "riskLabel3"}
    assert set(task["priority"][0]) == {"term", "minutes", "why"}
    assert set(task["text"]) == {"text", "spans", "unresolved"}


def test_a_task_names_the_rule_and_the_policy_that_brought_it(world: World) -> None:
    rules = [{"name": "none", "when": {"app": ["x"]}, "queue": "x"}, {"name": "all", "boost": 3}]
    store.put_in_force({"rules": rules}, by="tests")
    task = sent(world)
    assert task["rule"] == {"name": "all", "position": 2, "version": 1}
    assert task["why"] == "the machine's result is intermediate (finalResult 0); rule 2 “all” of policy 1"
    assert task["priority"][0] == {"term": "rule", "minutes": 3.0, "why": "all"}


def test_a_task_that_no_rule_brought_names_none(world: World) -> None:
    task = sent(world)
    assert (task["rule"], task["route"]) == (None, {"policy": 0, "chain": []})


def test_a_task_tells_by_which_thresholds_it_came(world: World) -> None:
    section = {"name": "all", "thresholds": {"porn": {"review": 400, "reject": 700}}, "afterReject": "confirm"}
    body = {"rules": [{"name": "everything", "queue": "default"}], "sections": [section | {"intermediate": "decide"}]}
    store.put_in_force(body, by="tests")
    route = sent(world)["route"]
    assert (route["policy"], route["section"], route["rule"]["name"]) == (1, "all", "everything")
    assert [(link["by"], link["riskLevel"], link["score"]) for link in route["chain"]] == [
        ("confirm", "REVIEW", 740),
        ("threshold", "REJECT", 740),
    ]
    why = "Swimwear scores 740 and is rejected from 700, section “all”"
    assert [link["why"] for link in route["chain"]] == [f"{why}; a person confirms it", why]
    with translation.override("zh-hans"):
        (task,) = task_json.tasks(load_tasks.loaded([ReviewTask.objects.get().pk]))
    assert task["route"]["chain"][1]["why"] == "Swimwear的分数为 740，从 700 起拒绝（分区“all”）"


def test_evidence_is_drawn_once_however_many_labels_cite_it(world: World) -> None:
    task = sent(world)
    assert task["labels"][0]["evidence"] == ["f1"]
    assert task["evidence"] == [
        {"id": "f1", "kind": "face", "name": "", "probability": 0.93, "location": [10, 20, 60, 80]}
    ]


def test_text_spans_count_from_the_start_and_unplaced_words_are_listed(world: World) -> None:
    lists = [{"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}, {"word": "gone", "position": [1]}]}]
    detail = bodies.result()["riskDetail"] | {"matchedLists": lists}
    text = sent(world, riskDetail=detail)["text"]
    assert {"start": 7, "end": 12, "kind": "list", "word": "12345", "list": "contacts"} in text["spans"]
    assert {"start": 0, "end": 6, "kind": "risk", "word": "add me"} in text["spans"]
    assert text["unresolved"] == [{"kind": "list", "word": "gone", "list": "contacts"}]


def test_numbers_reach_the_browser_as_the_numbers_that_were_sent(client: Client, world: World) -> None:
    raw = json.dumps(bodies.envelope(big=1)).replace('"big": 1', '"big": 0.12345678901234567890123')
    client.post("/api/v1/results", raw, content_type="application/json", headers=world.bearer)
    answer = call(signed_in(world.alice), "lease", {})
    assert b'"big":0.12345678901234567890123' in answer.content
    task = answer.json()["tasks"][0]
    assert type(task["taskId"]) is int
    assert type(task["labels"][0]["probability"]) is float
    assert {type(term["minutes"]) for term in task["priority"]} == {float}


def test_a_picture_on_its_way_says_so_and_one_that_is_not_coming_says_why(world: World) -> None:
    assert sent(world)["image"] == {
        "url": None, "previewUrl": None, "blurredUrl": None, "thumbnailUrl": None, "width": None, "height": None,
        "frames": None,
        "state": "pending",
    }  # fmt: skip
    PictureFetch.objects.update(state="unavailable", why=Message(LedgerCode.CALL_STATUS, host="a.test", status=404))
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    assert (task["image"]["state"], task["image"]["why"]) == ("unavailable", "a.test answered 404")


def test_a_picture_that_is_ready_has_its_addresses_and_clamps_its_boxes(world: World) -> None:
    picture = Picture.objects.create(
        sha256="0" * 64, format="JPEG", width=50, height=100, web="", preview="", thumbnail=""
    )
    sent(world)
    PictureFetch.objects.update(state="ready", picture=picture)
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    assert task["image"]["url"] == f"/review/pictures/{task['caseId']}/web"
    assert task["image"]["blurredUrl"] == f"/review/pictures/{task['caseId']}/blurred"
    assert "frameUrls" not in task["image"]
    assert (task["image"]["width"], task["image"]["height"], task["image"]["state"]) == (50, 100, "ready")
    assert (task["evidence"][0]["location"], task["evidence"][0]["clamped"]) == ([10, 20, 50, 80], True)


def test_an_animation_has_the_addresses_of_its_frames(world: World) -> None:
    sent(world)
    picture = pictures.show(PictureFetch.objects.get().case, pictures.animation(30))
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    frames = task["image"]["frameUrls"]
    base = f"/review/pictures/{task['caseId']}/frame"
    assert [frame["number"] for frame in frames] == [nth * 30 // 20 for nth in range(20)]
    assert frames[3] == {"number": 4, "url": f"{base}/4", "previewUrl": f"{base}/4/preview"}
    assert task["image"]["frames"] == picture.frames == 30
    browser = signed_in(world.alice)
    assert {browser.get(frame[name]).status_code for frame in frames for name in ("url", "previewUrl")} == {200}


def test_the_subjects_record_is_pooled_over_apps_as_the_contract_says(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web)
    tasks.waiting(world.nudity, app=world.other_app)
    for _ in range(2):
        decide(take_lease(world.nudity, by=world.bob), by=world.bob, judgement=REJECT)
    subject = sent(world)["subject"]
    assert (subject["tokenId"], subject["decided"], subject["rejected"]) == ("u_83f2", 2, 2)
    assert subject["lastRejectedAt"].endswith("Z")


@pytest.mark.parametrize("field", ["verdict", "state", "queue", "revision", "request", "result"])
def test_a_field_we_use_for_something_else_spoils_no_lease(world: World, field: str) -> None:
    assert sent(world, **{field: {"x": 1}})["labels"][0]["riskLabel1"] == "porn"


def test_ten_tasks_cost_no_more_queries_than_one(world: World) -> None:
    tasks.waiting(world.nudity, app=world.web, count=11)
    labels.in_force(), own_labels.of_app(world.web.pk)  # read once by a process
    with CaptureQueriesContext(connection) as one:
        task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    with CaptureQueriesContext(connection) as ten:
        task_json.tasks(leases.lease(queues=[], count=10, by=world.bob))
    assert len(ten) == len(one)


def test_an_accounts_flags_are_told_in_words_and_unknown_ones_by_their_name(world: World) -> None:
    flags = {"UGC_account_risk": {"b_advertise_risk_tokenid": 1, "b_new_risk_tokenid": 1}}
    risks = sent(world, tokenLabels=flags)["subject"]["risks"]
    assert {risk["name"]: risk["said"] for risk in risks} == {
        "b_advertise_risk_tokenid": "advertising before",
        "b_new_risk_tokenid": "b_new_risk_tokenid",
    }
