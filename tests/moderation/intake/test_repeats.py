"""The same result again, with a request that was not known before: the case is completed by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from moderation.contract import json_text, parse_submission
from moderation.intake.accept import Accepted, accept
from moderation.models import Case, MachineResult, PictureFetch
from moderation.policy_versions import store
from review.models import ReviewTask
from review.workflow import decisions, leases
from tests.factories import bodies
from tests.factories.verdicts import decide, take_lease
from tests.world import World

RESULT = bodies.result(requestId="r1")
ADDRESS = "http://127.0.0.1:9/nothing.jpg"
START = 1_790_000_000_000


def send(world: World, *, result: dict[str, Any] = RESULT, request: dict[str, Any] | None = None) -> Accepted:
    body = {"result": result} | ({"request": request} if request else {})
    return accept(parse_submission(body), app=world.web, by=world.key)


def frame(number: int, **result: Any) -> dict[str, Any]:
    info = {"streamId": "live", "similarDedup": True, "timeWindow": 10, "frameTime": START + number}
    return {"request": bodies.request(streamInfo=info), "result": bodies.result(**result)}


def test_a_repeat_brings_the_request_and_the_picture(world: World) -> None:
    send(world)
    assert PictureFetch.objects.get().state == "unavailable"
    again = send(world, request=bodies.request())
    case = Case.objects.get()
    assert (again.repeat, again.revision, MachineResult.objects.count()) == (True, 1, 1)
    assert (case.token_id, case.data_id, case.event_id) == ("u_83f2", "post-17", "profile")
    assert json_text.loads((case.request or "").encode())["data"]["extra"]["passThrough"] == {"post": 17}
    fetch = PictureFetch.objects.get()
    assert (fetch.state, fetch.url, fetch.why) == ("pending", ADDRESS, None)
    assert AuditEvent.objects.filter(action="case.completed").count() == 1


def test_in_one_batch_and_in_a_revision_too(world: World) -> None:
    send(world, request={"data": {"dataId": "post-17"}})
    send(world, result=RESULT | {"riskLabel3": "beach"}, request=bodies.request(dataId="another"))
    case = Case.objects.get()
    assert (case.data_id, case.token_id) == ("post-17", "u_83f2"), "what is known stays, what is not is filled"
    assert PictureFetch.objects.get().url == ADDRESS


def test_what_is_passed_through_is_never_mixed(world: World) -> None:
    send(world, request={"data": {"extra": {"passThrough": {"a": 1}}}})
    send(world, request={"data": {"extra": {"passThrough": {"b": 2}, "room": "r"}}})
    assert json_text.loads((Case.objects.get().request or "").encode())["data"]["extra"] == {
        "passThrough": {"a": 1},
        "room": "r",
    }


def test_a_repeat_without_anything_new_changes_nothing_and_costs_no_more(world: World) -> None:
    send(world, request=bodies.request())
    PictureFetch.objects.update(state="unavailable", why={"code": "picture.empty"})
    with CaptureQueriesContext(connection) as sent:
        send(world, request=bodies.request())
    assert PictureFetch.objects.get().state == "unavailable", "only a new result or another address starts it anew"
    assert not [one["sql"] for one in sent if one["sql"].startswith(("UPDATE", "DELETE"))]
    assert not [one for one in sent if "moderation_picturefetch" in one["sql"] and "SELECT" in one["sql"]]
    assert not AuditEvent.objects.filter(action="case.completed").exists()


def test_a_repeat_with_another_address_gives_a_missing_picture_another_try(world: World) -> None:
    send(world, request=bodies.request())
    PictureFetch.objects.update(state="unavailable", why={"code": "picture.empty"})
    send(world, request=bodies.request(img="http://127.0.0.1:9/other.jpg"))
    assert (PictureFetch.objects.get().state, PictureFetch.objects.get().url) == (
        "pending",
        "http://127.0.0.1:9/other.jpg",
    )


def test_a_late_request_routes_the_case_as_if_it_had_come_in_time(world: World) -> None:
    rule = {"when": {"event": ["profile"]}, "queue": "nudity"}
    store.put_in_force({"rules": [rule]}, by=world.dave)
    first, again = send(world), send(world, request=bodies.request())
    assert first.taken_in
    assert again.taken_in
    assert (first.taken_in.queue, again.taken_in.queue) == ("default", "nudity")
    assert ReviewTask.objects.get().queue == world.nudity
    stored = MachineResult.objects.get()
    assert (stored.route["queue"], stored.route["rule"]["position"]) == ("nudity", 1)


def test_a_repeat_of_an_older_revision_routes_by_the_one_the_case_stands_on(world: World) -> None:
    send(world)
    send(world, result=RESULT | {"riskLabel1": "ad", "allLabels": []})
    send(world, request=bodies.request())
    task = ReviewTask.objects.get()
    assert (task.machine_revision, task.top_label.partition("/")[0]) == (2, "ad")


def test_a_late_stream_groups_the_frame_with_the_one_that_is_shown(world: World) -> None:
    shown = frame(0)
    accept(parse_submission(shown), app=world.web, by=world.key)
    send(world)
    assert ReviewTask.objects.filter(state="waiting").count() == 2
    send(world, request=frame(1)["request"])
    grouped = ReviewTask.objects.get(case__request_id="r1")
    assert (grouped.state, grouped.stream_id) == ("grouped", "live")
    assert grouped.grouped_with == ReviewTask.objects.get(state="waiting")


@pytest.mark.parametrize("late", ["a repeat", "a revision"])
def test_later_frames_are_grouped_with_one_whose_stream_came_late(world: World, late: str) -> None:
    send(world)
    leased = take_lease(world.default, by=world.alice)
    result = RESULT if late == "a repeat" else RESULT | {"riskLabel3": "beach"}
    send(world, result=result, request=frame(0)["request"])
    accept(parse_submission(frame(1)), app=world.web, by=world.key)
    assert ReviewTask.objects.get(state="grouped").grouped_with == leased
    assert ReviewTask.objects.get(state="waiting").leased_by == world.alice


def test_a_leased_task_is_not_taken_away_by_its_late_stream(world: World) -> None:
    accept(parse_submission(frame(0, finalResult=0)), app=world.web, by=world.key)
    send(world)
    assert len(leases.lease(queues=["default"], count=2, by=world.alice)) == 2
    send(world, request=frame(1)["request"])
    assert ReviewTask.objects.filter(state="waiting").count() == 2


def test_a_request_that_comes_in_the_undo_window_is_applied_when_the_decision_is_undone(world: World) -> None:
    store.put_in_force({"rules": [{"when": {"event": ["profile"]}, "queue": "nudity"}]}, by=world.dave)
    send(world)
    decision = decide(take_lease(world.default, by=world.alice), by=world.alice)
    send(world, request=bodies.request())
    assert Case.objects.get().token_id == "u_83f2"
    task = decisions.undo(decision.pk, by=world.alice)
    assert (task.queue, task.state, task.leased_by) == (world.nudity, "waiting", world.alice)
