"""A picture whose host stumbles is tried again after growing waits, and a person can ask for it at once."""

from __future__ import annotations

import socket
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.permissions import NotAllowed
from accounts.times import iso
from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.media import fetch
from moderation.media.retry_waits import LONGEST, SHORTEST, WAITS, wait_after
from moderation.messages import LedgerCode, Message, english
from moderation.models import Case, PictureFetch
from review.presentation import task_json
from review.workflow import ask_for_picture, leases
from tests.factories import bodies, pictures
from tests.moderation.outbound.servers import reply, replying, serving
from tests.stage import signed_in
from tests.world import World

from .test_fetch import assert_decidable, case_with, fetched


def row_of(case: Case) -> PictureFetch:
    return PictureFetch.objects.get(pk=case.pk)


def try_again(case: Case) -> PictureFetch:
    """As if the wait were over."""
    PictureFetch.objects.filter(pk=case.pk).update(due_at=Now())
    assert list(fetch.fetch_due()) == [case.pk]
    return row_of(case)


def seconds_to_wait(row: PictureFetch) -> float:
    assert row.next_try_at
    return (row.next_try_at - timezone.now()).total_seconds()


def answering(status: str, *headers: str) -> bytes:
    return reply(b"", *headers, status=status)


@pytest.mark.parametrize("status", ["503 Busy", "500 Oops", "429 Slow down", "502 Bad gateway", "408 Late"])
def test_what_passes_is_tried_again_and_then_shown(world: World, status: str) -> None:
    with serving(replying(answering(status))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        row = fetched(case)
        assert (row.state, row.failures, row.attempts, row.leased_until) == ("pending", 1, 0, None)
        assert 50 < seconds_to_wait(row) < 70
        assert f"answered {status[:3]}" in english(row.why)
        assert len(server.requests) == (1 if status.startswith("429") else 2)
    assert list(fetch.fetch_due()) == []  # a host in trouble is left alone for a while
    with serving(replying(reply(pictures.still()))) as server:
        PictureFetch.objects.update(url=server.url(host="127.0.0.1"))
        row = try_again(case)
    assert (row.state, row.why, row.failures) == ("ready", None, 0)


ASKS = "Retry-After: 120"


@pytest.mark.parametrize(
    ("first", "second"),
    [(("503 Busy", ASKS), ("404 Gone",)), (("404 Gone",), ("503 Busy", ASKS)), (("503 Busy", ASKS), ("500 Oops",))],
)
def test_of_two_addresses_one_that_may_pass_is_enough(
    world: World, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    with serving(replying(answering(*first))) as one, serving(replying(answering(*second))) as other:
        row = fetched(case_with(one.url(host="127.0.0.1"), world, backupUrl=other.url(host="127.0.0.1")))
        assert one.requests
        assert other.requests
    assert row.state == "pending"
    assert 110 < seconds_to_wait(row) <= 120, "the longer wait that was asked for"


def test_a_host_that_is_not_there_is_tried_again(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    row = fetched(case_with(f"http://127.0.0.1:{port}/a.jpg", world))
    assert row.state == "pending"
    assert seconds_to_wait(row) > 50


def test_the_waits_grow_and_end(world: World) -> None:
    with serving(replying(answering("503 Busy"))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        waits = [seconds_to_wait(fetched(case))]
        while (row := try_again(case)).state == "pending":
            waits.append(seconds_to_wait(row))
    assert len(waits) == len(WAITS)
    assert all(before < after * 1.3 for before, after in pairwise(waits))
    assert (row.state, row.next_try_at) == ("unavailable", None)
    assert_decidable(case, world)


@pytest.mark.parametrize(
    ("header", "seconds"), [("Retry-After: 120", 120), ("Retry-After: 1", 10), ("Retry-After: 86400", 3600)]
)
def test_retry_after_is_honoured_within_bounds(world: World, header: str, seconds: int) -> None:
    with serving(replying(answering("503 Busy", header))) as server:
        row = fetched(case_with(server.url(host="127.0.0.1"), world))
        assert len(server.requests) == 1
    assert seconds - 5 < seconds_to_wait(row) <= seconds


def test_the_schedule_by_itself() -> None:
    def even() -> float:
        return 0.5

    assert [wait_after(n, asked=timedelta(), chance=even) for n in range(1, len(WAITS) + 2)] == [*WAITS, None]
    assert wait_after(1, asked=timedelta(days=3), chance=even) == LONGEST
    assert wait_after(1, asked=timedelta(seconds=1), chance=even) == SHORTEST


def test_what_does_not_pass_is_not_tried_again(world: World) -> None:
    with serving(replying(answering("404 Gone"))) as server:
        row = fetched(case_with(server.url(host="127.0.0.1"), world))
    assert (row.state, row.failures) == ("unavailable", 0)


def test_the_stage_is_told_when_and_can_be_decided(world: World) -> None:
    with serving(replying(answering("503 Busy"))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        row = fetched(case)
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    image = task["image"]
    assert (image["state"], image["nextTryAt"]) == ("pending", iso(row.due_at))
    assert image["againUrl"] == "/review/api/picture-again"
    assert "answered 503" in image["why"]
    assert_decidable(case, world)


@pytest.mark.parametrize("says", [{"riskLevel": "REJECT"}, {"riskLevel": "PASS", "finalResult": 0}])
def test_a_new_result_starts_anew(world: World, says: dict[str, Any]) -> None:
    with serving(replying(answering("404 Gone"))) as server:
        address = server.url(host="127.0.0.1")
        case = case_with(address, world)
        assert fetched(case).state == "unavailable"
    revised = bodies.envelope(img=address, requestId=case.request_id, **says)
    accept(parse_submission(revised), app=world.web, by="tests")
    row = row_of(case)
    assert (row.state, row.why, row.url) == ("pending", None, address)
    assert row.due_at <= timezone.now()


def test_a_new_address_starts_anew_and_is_the_one_fetched(world: World) -> None:
    with serving(replying(answering("503 Busy"))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        assert fetched(case).failures == 1
    with serving(replying(reply(pictures.still()))) as other:
        revised = bodies.envelope(img=other.url(host="127.0.0.1"), requestId=case.request_id, riskLevel="REJECT")
        accept(parse_submission(revised), app=world.web, by="tests")
        assert list(fetch.fetch_due()) == [case.pk]
    assert row_of(case).state == "ready"


def test_a_worker_that_is_still_at_the_old_address_changes_nothing(world: World) -> None:
    case = case_with("http://127.0.0.1:1/a.jpg", world)
    under_way = fetch._lease(PictureFetch.objects.filter(pk=case.pk))
    assert under_way
    PictureFetch.objects.update(url="http://127.0.0.1:2/b.jpg", leased_until=None)
    fetch._work(under_way)
    assert (row_of(case).state, row_of(case).failures) == ("pending", 0)


def test_another_picture_of_a_revision_is_told_and_the_first_stays(world: World) -> None:
    with serving(replying(reply(pictures.still()))) as server:
        case = case_with(server.url("/a.jpg", host="127.0.0.1"), world)
        assert fetched(case).state == "ready"
        other = server.url("/b.jpg", host="127.0.0.1")
        for level in ("REJECT", "PASS"):
            address = other if level == "REJECT" else server.url("/a.jpg", host="127.0.0.1")
            revised = bodies.envelope(img=address, requestId=case.request_id, riskLevel=level)
            accept(parse_submission(revised), app=world.web, by="tests")
    assert row_of(case).state == "ready"
    (event,) = AuditEvent.objects.filter(action="case.other-picture-sent")
    assert event.details == {"address": other}
    page = signed_in(world.alice).get(f"/review/cases/{case.pk}/").content.decode()
    assert "A later result names another picture" in page
    assert other in page


def unavailable(world: World) -> Case:
    with serving(replying(answering("404 Gone"))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        fetched(case)
    return case


def test_a_person_asks_for_it_again(world: World) -> None:
    case = unavailable(world)
    assert ask_for_picture.ask(case.pk, by=world.alice)
    assert row_of(case).state == "pending"
    assert AuditEvent.objects.filter(action="case.picture-asked-for", by=world.alice).count() == 1
    assert not ask_for_picture.ask(case.pk, by=world.alice), "it is on its way already"


def test_only_who_works_on_the_case_may_ask(world: World) -> None:
    case = unavailable(world)
    with pytest.raises(Case.DoesNotExist):
        ask_for_picture.ask(case.pk, by=world.mallory)
    with pytest.raises(NotAllowed):
        ask_for_picture.ask(case.pk, by=world.erin)
    assert row_of(case).state == "unavailable"


def test_the_case_page_and_the_stage_offer_it(world: World) -> None:
    case = unavailable(world)
    client = signed_in(world.alice)
    assert "Fetch the picture again" in client.get(f"/review/cases/{case.pk}/").content.decode()
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    answer = client.post(task["image"]["againUrl"], {"taskId": task["taskId"]}, content_type="application/json")
    assert (answer.status_code, answer.json()) == (200, {"started": True})
    PictureFetch.objects.update(state="unavailable", why=Message(LedgerCode.CALL_STATUS, host="a.test", status=404))
    assert client.post(f"/review/cases/{case.pk}/picture").status_code == 302
    assert row_of(case).state == "pending"
    stranger: Client = signed_in(world.mallory)
    refused = stranger.post(task["image"]["againUrl"], {"taskId": task["taskId"]}, content_type="application/json")
    assert refused.status_code == 404
    assert stranger.post(f"/review/cases/{case.pk}/picture").status_code == 404


def test_the_case_page_says_that_a_picture_is_incomplete(world: World) -> None:
    whole = pictures.still((400, 300))
    with serving(replying(reply(whole[:-20]))) as server:
        case = case_with(server.url(host="127.0.0.1"), world)
        row = fetched(case)
    assert row.picture
    assert row.picture.incomplete
    (task,) = task_json.tasks(leases.lease(queues=[], count=1, by=world.alice))
    assert task["image"]["incomplete"] is True
    assert "Incomplete:" in signed_in(world.alice).get(f"/review/cases/{case.pk}/").content.decode()
