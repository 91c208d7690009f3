"""The web application as a server calls it: people come in by one door, machines by another."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import translation

from moderation.api.app_scope import Senders
from moderation.models import Case
from moderation.runtime import request_slots
from moderation.runtime.request_slots import NoSlot, at_work, outside
from moderation.wsgi import application
from tests.factories import bodies
from tests.waiting import PATIENCE_SECONDS
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)


def call(path: str, body: Any = None, *, method: str = "POST", **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent, told = b"" if body is None else json.dumps(body).encode(), list[Any]()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(sent),
        "wsgi.url_scheme": "http",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(sent)),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    answer = application(environ, lambda status, sent: told.extend([status, dict(sent)]))
    content = b"".join(answer)
    getattr(answer, "close", lambda: None)()  # as a server does
    return int(told[0].split()[0]), told[1], content


@pytest.fixture
def world(transactional_db: None) -> World:
    return build()


def test_a_machine_is_served_without_a_cookie_and_its_answer_is_not_to_be_guessed_at(world: World) -> None:
    status, headers, content = call("/api/v1/results", bodies.envelope(), **world.bearer)
    assert (status, Case.objects.count()) == (201, 1)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Length"] == str(len(content))
    assert not {"Set-Cookie", "Content-Language"} & {*headers}


def test_a_person_keeps_their_session_their_language_and_the_guard_of_forms(world: World) -> None:
    _, headers, _ = call("/accounts/login/", method="GET", accept_language="zh-hans")
    assert headers["Content-Language"] == "zh-hans"
    assert "Content-Security-Policy" in headers
    assert call("/accounts/login/", {})[0] == 403, "no form without its token"


def test_a_machine_is_answered_in_english_whoever_the_thread_served_before(world: World) -> None:
    translation.activate("zh-hans")
    try:
        _, _, content = call("/api/v1/results", bodies.envelope(), method="PUT", **world.bearer)
        assert "Use GET or POST here." in content.decode()
        assert call("/api/v1/results/x", method="PATCH", **world.bearer)[2].isascii()
        assert translation.get_language() == "zh-hans", "and the thread is left as it was"
    finally:
        translation.deactivate()


def test_a_strange_host_is_refused_at_either_door(world: World) -> None:
    assert call("/api/v1/results", bodies.envelope(), host="evil.test", **world.bearer)[0] == 400
    assert call("/accounts/login/", method="GET", host="evil.test")[0] == 400
    assert not Case.objects.exists()


def test_a_strange_host_is_told_to_machines_as_a_problem(world: World) -> None:
    _, headers, content = call("/api/v1/results", bodies.envelope(), host="evil.test", **world.bearer)
    assert headers["Content-Type"] == "application/problem+json"
    assert json.loads(content)["status"] == 400
    assert call("/", method="GET", host="evil.test")[1]["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/api/v1/results", "/api/v1/events", "/", "/accounts/login/", "/healthz"])
def test_no_answer_is_kept_on_its_way(world: World, path: str) -> None:
    status, headers, _ = call(path, method="GET", **world.bearer)
    assert (status < 400, "no-store" in headers["Cache-Control"], "private" in headers["Cache-Control"]) == (True,) * 3


def test_what_breaks_behind_the_machines_door_is_told_as_unavailable(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(Senders, "app_of", down)
    status, headers, content = call("/api/v1/results", bodies.envelope(), **world.bearer)
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "nothing was written" in content.decode()


@pytest.mark.parametrize("path", ["/", "/api/v1/results", "/healthz", "/static/css/base.css"])
def test_below_a_path_every_address_says_that_it_cannot_be(path: str) -> None:
    for told in ({"X_FORWARDED_PREFIX": "/review"}, {"X_FORWARDED_PREFIX": "review/"}):
        status, headers, content = call(path, method="GET", **told)
        assert (status, headers["Content-Type"]) == (501, "text/plain; charset=utf-8")
        assert b"cannot be served below a path (/review). Give it a host name of its own" in content
    assert call(path, method="GET", X_FORWARDED_PREFIX="/")[0] != 501


def test_a_server_that_mounts_us_below_a_path_is_told_so() -> None:
    environ: dict[str, Any] = {"SCRIPT_NAME": "/review", "PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    told = list[str]()
    assert b"below a path" in b"".join(application(environ, lambda status, _: told.append(status)))
    assert told == ["501 Not Implemented"]


def test_whoever_operates_us_is_answered_while_all_places_are_taken() -> None:
    """Each place at work waits for a database that hangs: still alive, and asked whether ready."""
    with ExitStack() as busy:
        for _ in range(settings.REQUESTS_AT_ONCE):
            busy.enter_context(at_work())
        assert call("/healthz", method="GET", HOST="10.244.1.7:8000")[0] == 200
        assert call("/readyz", method="GET", HOST="10.244.1.7:8000")[0] == 200


def test_alive_is_said_without_the_steps_of_pages() -> None:
    """Each takes a turn of Python's lock, for which an answer waits while results are read."""
    _, headers, _ = call("/healthz", method="GET")
    assert set(headers) == {"Content-Type", "Cache-Control"}


@contextmanager
def all_taken() -> Iterator[None]:
    with ExitStack() as busy:
        for _ in range(settings.REQUESTS_AT_ONCE):
            busy.enter_context(at_work())
        yield


@pytest.fixture
def all_slots_taken() -> Iterator[None]:
    with all_taken():
        yield


@pytest.mark.parametrize("path", ["/api/v1/results", "/accounts/login/"])
def test_who_waits_in_vain_for_a_slot_is_told_to_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch, all_slots_taken: None, path: str
) -> None:
    monkeypatch.setattr(request_slots, "WAIT_SECONDS", 0.2)
    status, headers, content = call(path, bodies.envelope(), **world.bearer)
    assert (status, headers["Retry-After"]) == (503, "5")
    assert b"nothing was written" in content
    assert not Case.objects.exists()


def test_of_too_many_that_wait_the_last_are_refused_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch, all_slots_taken: None
) -> None:
    monkeypatch.setattr(request_slots, "WAIT_SECONDS", 60.0)
    monkeypatch.setattr(request_slots, "MOST_WAITING", 0)
    began = time.monotonic()
    assert call("/api/v1/results", bodies.envelope(), **world.bearer)[0] == 503
    assert time.monotonic() - began < 10


def test_whoever_finds_no_slot_afterwards_leaves_none_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_slots, "WAIT_SECONDS", 0.2)
    let_go = threading.Event()
    with ThreadPoolExecutor(settings.REQUESTS_AT_ONCE) as others:
        with pytest.raises(NoSlot):
            _go_outside_while(others, let_go)
        let_go.set()
    with all_taken(), pytest.raises(NoSlot), at_work():
        pass


def _go_outside_while(others: ThreadPoolExecutor, let_go: threading.Event) -> None:
    """Each of the others takes a slot meanwhile."""
    taken = threading.Semaphore(0)

    def take() -> None:
        with at_work():
            taken.release()
            let_go.wait(PATIENCE_SECONDS)

    with at_work(), outside():
        for _ in range(settings.REQUESTS_AT_ONCE):
            others.submit(take)
        for _ in range(settings.REQUESTS_AT_ONCE):
            taken.acquire()
