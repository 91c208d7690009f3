"""What is sent again, after how long, and what never is: against answers that a test asks for."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

import httpx
import pytest

from second_look import (
    ApiError,
    AsyncClient,
    Client,
    InvalidCall,
    NotFound,
    RateLimited,
    Retries,
    SecondLookError,
    Unavailable,
    Unreachable,
)
from tests.clients.python.conftest import QUICK, Waited, directly
from tests.processes import free_port


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


JSON = {"Content-Type": "application/json"}
EVENTS = Answer(200, b'{"next": "c1", "items": []}', JSON)
CHECK = b'{"code": 1100, "decision": "allow", "labels": [], "request_id": "r", "processing_time_ms": 1}'
CHECKED = Answer(200, CHECK, JSON)
BUSY = Answer(200, b'{"code": 1901, "message": "busy", "request_id": "r"}', JSON)
ACCEPTED = Answer(201, b'{"requestId": "r", "caseId": "1", "state": "queued", "url": "http://x/"}', JSON)
PROBLEM = b'{"title": "Busy", "status": 429, "detail": "Calls come too often.", "type": "about:blank"}'


@dataclass
class Server:
    """`answers` are given one after the other, the last one again and again."""

    answers: list[Answer] = field(default_factory=list)
    received: list[httpx.Request] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.received.append(request)
        told = self.answers[min(len(self.received), len(self.answers)) - 1]
        return httpx.Response(told.status, content=told.body, headers=told.headers)


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, server: Server) -> Iterator[Client]:
    transport = httpx.MockTransport(server.answer)
    if request.param == "sync":
        yield Client("https://x.test", api_key="k", retries=QUICK, http=httpx.Client(transport=transport))
        return
    http = httpx.AsyncClient(transport=transport)
    with asyncio.Runner() as runner:
        made = AsyncClient("https://x.test", api_key="k", retries=QUICK, http=http)
        yield cast(Client, Waited(runner, made))


def events(client: Client) -> None:
    assert list(client.events.list()) == []


def post(client: Client) -> None:
    assert client.results.post({"requestId": "r"}).case_id == "1"


def check(client: Client) -> None:
    assert client.image.check(image=b"x").decision == "allow"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_be_repeated_is_sent_again(client: Client, server: Server, status: int) -> None:
    server.answers = [Answer(status), Answer(status), ACCEPTED]
    post(client)
    assert len(server.received) == 3


@pytest.mark.parametrize(
    ("again", "first"), [(True, BUSY), (True, Answer(503)), (False, Answer(502)), (False, Answer(500))]
)
def test_a_picture_is_sent_again_where_nothing_was_kept(
    client: Client, server: Server, again: bool, first: Answer
) -> None:
    server.answers = [first, CHECKED]
    if again:
        check(client)
    else:
        with pytest.raises(Unavailable):
            check(client)
    assert len(server.received) == 1 + again


def test_retry_after_is_waited_for(client: Client, server: Server) -> None:
    server.answers = [Answer(429, PROBLEM, {"Retry-After": "1"}), EVENTS]
    begun = time.monotonic()
    events(client)
    assert time.monotonic() - begun >= 1


def test_a_longer_one_is_raised_at_once(client: Client, server: Server) -> None:
    server.answers = [Answer(429, PROBLEM, {"Retry-After": "600"})]
    with pytest.raises(RateLimited, match="too often") as busy:
        events(client)
    assert busy.value.retry_after == 600
    assert len(server.received) == 1


def test_every_attempt_has_the_key(client: Client, server: Server) -> None:
    server.answers = [Answer(503), EVENTS]
    events(client)
    assert [one.headers["Authorization"] for one in server.received] == ["Bearer k"] * 2
    assert server.received[0].headers["User-Agent"].startswith("second-look-python/")


def test_it_is_given_up_in_the_end(client: Client, server: Server) -> None:
    server.answers = [Answer(503, b"<html>")]
    with pytest.raises(Unavailable) as away:
        events(client)
    assert away.value.status == 503
    assert len(server.received) == 1 + QUICK.most


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (422, InvalidCall), (302, ApiError), (418, ApiError)])
def test_other_refusals_are_raised_at_once(client: Client, server: Server, status: int, kind: type[ApiError]) -> None:
    server.answers = [Answer(status, b"<html>", {"Location": "https://x.test/elsewhere"})]
    with pytest.raises(kind) as refused:
        events(client)
    assert (type(refused.value), refused.value.status) == (kind, status)
    assert len(server.received) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"null", b"[]", b'{"next": null}', b"\xff"])
def test_an_answer_in_another_form_is_an_error_of_ours(client: Client, server: Server, body: bytes) -> None:
    server.answers = [Answer(200, body, JSON)]
    with pytest.raises(ApiError):
        events(client)


def test_nobody_there_is_tried_again_for_every_call(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("second_look.client.time.sleep", slept.append)
    with directly() as http, pytest.raises(Unreachable) as nobody:
        check(Client(f"http://127.0.0.1:{free_port()}", api_key="k", http=http))
    assert not nobody.value.was_sent
    assert len(slept) == Retries().most
    assert all(earlier <= later for earlier, later in pairwise(slept))


@pytest.mark.parametrize(("call", "times"), [(check, 1), (events, 1 + QUICK.most)])
def test_a_lost_answer_repeats_only_what_may_happen_twice(call: object, times: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, httpx.Client(trust_env=False, timeout=0.2) as http:
        client = Client(f"http://127.0.0.1:{listening.getsockname()[1]}", api_key="k", retries=QUICK, http=http)
        with pytest.raises(Unreachable) as lost:
            call(client)  # type: ignore[operator]
        assert lost.value.was_sent
        listening.settimeout(0.2)
        assert _waiting(listening) == times


def _waiting(listening: socket.socket) -> int:
    """How many connections were made."""
    count = 0
    try:
        while True:
            listening.accept()[0].close()
            count += 1
    except TimeoutError:
        return count


def test_waits_double_up_to_a_limit_and_differ() -> None:
    retries = Retries(most=10, first_seconds=1, longest_seconds=4)
    failure = Unreachable("x", was_sent=True)
    for made, full in ((1, 1), (2, 2), (3, 4), (4, 4), (10, 4)):
        waits = {retries.wait(failure, made=made, may_repeat=True) for _ in range(20)}
        assert all(wait is not None and full / 2 <= wait <= full for wait in waits)
        assert len(waits) > 1
    assert retries.wait(failure, made=11, may_repeat=True) is None


def test_where_and_who_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECOND_LOOK_URL", raising=False)
    monkeypatch.delenv("SECOND_LOOK_API_KEY", raising=False)
    with pytest.raises(ValueError, match="SECOND_LOOK_URL"):
        Client(api_key="k")
    with pytest.raises(ValueError, match="SECOND_LOOK_API_KEY"):
        Client("https://review.example.com")
    assert issubclass(ApiError, SecondLookError)
