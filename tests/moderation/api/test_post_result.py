"""POST /api/v1/results with a single object: what is kept and what is answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from moderation.models import Case, Event, MachineResult, PictureFetch
from review.models import ReviewTask
from tests.factories import bodies
from tests.factories.verdicts import decide, take_lease
from tests.moderation.api.calls import get, pointers, post
from tests.world import World


def test_a_new_result_is_201_and_waits_in_the_default_queue(client: Client, world: World) -> None:
    body = bodies.envelope()
    answer = post(client, body, world.bearer)
    assert answer.status_code == 201, answer.content
    task = ReviewTask.objects.get()
    assert answer.json() == {
        "requestId": body["result"]["requestId"],
        "caseId": str(Case.objects.get().pk),
        "state": "queued",
        "queue": "default",
        "dueAt": task.due_at.isoformat().replace("+00:00", "Z"),
        "url": f"http://testserver/api/v1/results/{body['result']['requestId']}?appId=web",
    }


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"riskLevel": "PASS", "finalResult": 0}, "queued"),
        ({"riskLevel": "REJECT", "finalResult": 0}, "queued"),
        ({"riskLevel": "REVIEW", "finalResult": 1}, "queued"),
        ({"riskLevel": "PASS", "finalResult": 1}, "recorded"),
        ({"riskLevel": "REJECT", "finalResult": 1}, "recorded"),
        ({"code": 1911}, "failed"),
        ({"code": 1901, "riskLevel": "PASS"}, "failed"),
    ],
)
def test_the_state_follows_from_the_result(client: Client, world: World, changes: Any, state: str) -> None:
    answer = post(client, bodies.envelope(**changes), world.bearer).json()
    assert answer["state"] == Case.objects.get().state == state
    assert (answer["queue"] is None) == (state != "queued") == (not ReviewTask.objects.exists())


def test_a_failure_needs_no_more_than_code_message_and_id(client: Client, world: World) -> None:
    body = {"appId": "web", "code": 1903, "message": "service error", "requestId": "r1"}
    assert post(client, body, world.bearer).json()["state"] == "failed"


def test_the_same_body_again_is_200_and_a_repeat(client: Client, world: World) -> None:
    body = bodies.envelope()
    first, again = post(client, body, world.bearer), post(client, body, world.bearer)
    assert (again.status_code, again.json()) == (200, first.json() | {"repeat": True})
    assert (Case.objects.count(), MachineResult.objects.count()) == (1, 1)


def test_an_earlier_body_again_is_a_repeat_too(client: Client, world: World) -> None:
    first = bodies.envelope()
    post(client, first, world.bearer)
    post(client, {**first, "result": first["result"] | {"riskLabel3": "beach"}}, world.bearer)
    assert post(client, first, world.bearer).json()["repeat"] is True
    assert MachineResult.objects.count() == 2


def test_a_repeat_inside_the_undo_window_does_not_give_the_verdict_away(client: Client, world: World) -> None:
    body = bodies.envelope()
    post(client, body, world.bearer)
    decide(take_lease(world.default, by=world.alice), by=world.alice)
    assert post(client, body, world.bearer).json()["state"] == "queued"


def test_one_request_id_in_two_apps_is_two_cases(client: Client, world: World) -> None:
    for app in ("web", "app"):
        assert post(client, bodies.envelope(app_id=app, requestId="r1"), world.bearer).status_code == 201
    assert Case.objects.count() == 2


def test_the_app_comes_from_the_body_the_request_the_query_or_the_key(client: Client, world: World) -> None:
    bare = bodies.result()
    request = {"request": bodies.request() | {"appId": "web"}, "result": bodies.result()}
    for body, query in [
        (bodies.envelope(), ""),
        (request, ""),
        (bare | {"appId": "web"}, ""),
        (bodies.result(), "?appId=web"),
    ]:
        assert post(client, body, world.bearer, query=query).status_code == 201
    assert {case.app for case in Case.objects.all()} == {world.web}


def test_events_are_registered_as_first_seen(client: Client, world: World) -> None:
    for _ in range(2):
        post(client, bodies.envelope(), world.bearer)
    assert [(event.app, event.event_id) for event in Event.objects.all()] == [(world.web, "profile")]


def test_base64_pixels_are_kept_in_the_store_and_not_in_the_case(client: Client, world: World) -> None:
    post(client, bodies.envelope(img="aGVsbG8gd29ybGQ="), world.bearer)
    fetch = PictureFetch.objects.get()
    assert (fetch.state, fetch.upload.split("/")[0], fetch.url) == ("pending", "uploads", "")
    assert "aGVsbG8" not in str(Case.objects.get().request)


@pytest.mark.parametrize("img", ["http://[", "HTTP://127.0.0.1:9/a.jpg", "https://:99999/", "http:///"])
def test_an_address_that_may_be_none_is_kept_to_be_judged_when_it_is_fetched(
    client: Client, world: World, img: str
) -> None:
    assert post(client, bodies.envelope(img=img), world.bearer).status_code == 201
    assert PictureFetch.objects.get().url == img
    assert img in str(Case.objects.get().request)


@pytest.mark.parametrize("img", ["not base64 at all!", "ftp://127.0.0.1/a.jpg", "data:image/png;base64,", "données"])
def test_a_picture_that_cannot_be_had_says_why_and_the_case_waits(client: Client, world: World, img: str) -> None:
    assert post(client, bodies.envelope(img=img), world.bearer).json()["state"] == "queued"
    assert (PictureFetch.objects.get().state, PictureFetch.objects.get().why) != ("pending", None)
    assert PictureFetch.objects.get().state == "unavailable"


def test_an_access_key_in_the_request_is_not_kept(client: Client, world: World) -> None:
    body = bodies.envelope()
    body["request"]["accessKey"] = "theirs-12345"
    post(client, body, world.bearer)
    assert "theirs-12345" not in str(list(Case.objects.values())) + str(list(MachineResult.objects.values()))


@pytest.mark.parametrize(
    "request_id", ["a/b", "a/../b", "a b?c#d", "x_y", "中文", "a%2Fb", "é" * 128, "'\";--", "<script>"]
)
def test_whatever_the_id_its_url_finds_the_case(client: Client, world: World, request_id: str) -> None:
    answer = post(client, bodies.envelope(requestId=request_id), world.bearer)
    assert answer.status_code == 201
    url = answer.json()["url"]
    assert "/" not in url.split("/api/v1/results/")[1]  # a client would take `..` for a step up
    found = client.get(url.removeprefix("http://testserver"), headers=world.bearer)
    assert found.json()["requestId"] == request_id


@pytest.mark.parametrize("bt_id", ["b1", "b_1", "_"])
def test_the_url_of_a_batch_item_is_its_own(client: Client, world: World, bt_id: str) -> None:
    urls = [
        post(client, bodies.envelope(requestId="batch", btId=one, riskLabel3=one), world.bearer).json()["url"]
        for one in (bt_id, "other")
    ]
    found = client.get(urls[0].removeprefix("http://testserver"), headers=world.bearer).json()
    assert (found["requestId"], found["machineResult"]["btId"]) == (f"batch_{bt_id}", bt_id)
    assert get(client, f"batch_{bt_id}", world.bearer).json()["caseId"] == found["caseId"]


@pytest.mark.parametrize("written", ["batch", "batch_7"])
def test_an_item_is_acknowledged_by_the_id_it_was_sent_with(client: Client, world: World, written: str) -> None:
    body = bodies.envelope(requestId=written, btId="7")
    alone = post(client, body, world.bearer).json()
    (item,) = post(client, [body], world.bearer).json()["items"]
    assert (alone["requestId"], item["requestId"]) == (written, written)
    assert get(client, written, world.bearer).json()["requestId"] == written


def test_a_query_that_names_another_app_than_the_body_is_a_422(client: Client, world: World) -> None:
    answer = post(client, bodies.envelope(), world.bearer, query="?appId=app")
    assert (answer.status_code, pointers(answer)) == (422, {"/appId"})
    two = bodies.envelope(app_id="app")
    two["request"]["appId"] = "web"
    assert pointers(post(client, two, world.bearer)) == {"/request/appId"}
    assert not Case.objects.exists()
