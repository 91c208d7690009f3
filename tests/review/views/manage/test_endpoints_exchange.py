"""A test of an endpoint on its page: what kind of receiver it is, what came back, and how long it waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from moderation.models import Endpoint, EndpointTest
from moderation.webhooks import endpoint_tests
from tests.factories.endpoints import subscribed
from tests.moderation.webhooks.receiver import Answer, Receiver, receiving
from tests.pages import inline_code
from tests.world import World

HOME = "/manage/endpoints/"


@pytest.fixture
def receiver() -> Any:
    with receiving() as found:
        yield found


@pytest.fixture
def endpoint(world: World) -> Endpoint:
    return subscribed()[0]


def exchanged(admin: Client, endpoint: Endpoint) -> str:
    answer = admin.post(f"{HOME}{endpoint.pk}/test")
    waiting = admin.get(answer["Location"]).content.decode()
    assert "hx-get" in waiting
    endpoint_tests.send_waiting()
    return admin.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()


@pytest.mark.parametrize(
    ("answer", "finding", "told"),
    [
        (Answer(200), "fine", "The receiver works"),
        (Answer(401, b"no"), "signature-refused", "a wrong secret"),
        (Answer(500, b"<script>alert(1)</script>"), "server-error", "an error of its own"),
        (Answer(301, b"", {"Location": "https://x.example/"}), "redirect", "which is not followed"),
    ],
)
def test_a_test_says_what_kind_of_receiver_it_is(
    admin: Client, world: World, receiver: Receiver, answer: Answer, finding: str, told: str
) -> None:
    receiver.answers = [answer]
    endpoint, secret = subscribed(url=receiver.url)
    page = exchanged(admin, endpoint)
    assert f'data-finding="{finding}"' in page
    assert told in page
    assert "webhook-signature" in page
    assert "endpoint.test" in page
    assert "<script>alert" not in page
    assert inline_code(page) == []
    assert secret not in page
    assert (secret[-4:] in page) == (finding == "signature-refused")


def test_headers_of_the_reply_are_shown_without_what_turns_or_hides_text(
    admin: Client, world: World, receiver: Receiver
) -> None:
    headers = {"X-Odd": "a\x1b[31m\u202eb\u061cc".encode().decode("latin-1")}
    receiver.answers = [Answer(200, b"", headers)]
    page = exchanged(admin, subscribed(url=receiver.url)[0])
    assert "a\\u001b[31m\\u202eb\\u061cc" in page
    assert not {"\x1b", "\u202e", "\u061c"} & set(page)


def test_a_dead_host_is_told(admin: Client, endpoint: Endpoint) -> None:
    page = exchanged(admin, endpoint)
    assert "nothing answers there" in page
    assert "No HTTP answer came." in page


def test_a_test_that_no_worker_takes_or_whose_worker_died_says_so(admin: Client, endpoint: Endpoint) -> None:
    answer = admin.post(f"{HOME}{endpoint.pk}/test")
    long_ago = timezone.now() - 4 * endpoint_tests.LOST_AFTER
    EndpointTest.objects.update(created_at=long_ago)
    assert "No worker has taken it" in admin.get(answer["Location"]).content.decode()
    EndpointTest.objects.update(begun_at=long_ago)
    assert "has ended without an answer" in admin.get(answer["Location"]).content.decode()


def test_how_long_a_test_waits_is_told_by_the_databases_clock(admin: Client, endpoint: Endpoint) -> None:
    answer = admin.post(f"{HOME}{endpoint.pk}/test")
    with time_machine.travel(timezone.now() + timedelta(seconds=30)):
        assert "No worker has taken it" not in admin.get(answer["Location"]).content.decode()
