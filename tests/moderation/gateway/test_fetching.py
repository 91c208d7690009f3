"""Fetching the picture of a call: certificates, sizes, slow hosts and addresses that we do not call."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import App
from moderation.api import app_scope
from moderation.models import Case
from tests.customer import Customer
from tests.moderation.gateway.calling import IMAGE, call, picture, post
from tests.moderation.gateway.engine import StubEngine
from tests.moderation.outbound.certificates import self_signed, server_context
from tests.moderation.outbound.servers import Server, reply, replying, serving
from tests.world import World


def send(client: Client, world: World, **data: Any) -> dict[str, Any]:
    return post(client, IMAGE, call(data=data), world.bearer)


@pytest.mark.parametrize(("allowed", "asked", "code"), [(True, True, 1100), (False, True, 1911), (True, False, 1911)])
def test_certificates_are_checked_unless_app_and_call_agree(
    world: World, client: Client, engine: StubEngine, tmp_path: Path, allowed: bool, asked: bool, code: int
) -> None:
    App.objects.filter(pk=world.web.pk).update(allows_ignore_tls=allowed)
    app_scope.forget()
    with serving(replying(reply(picture())), tls=server_context(self_signed(tmp_path))) as server:
        url = server.url(host="127.0.0.1", scheme="https")
        assert send(client, world, img=url, extra={"isIgnoreTls": asked})["code"] == code


@pytest.mark.parametrize(("more", "code"), [(0, 1100), (1, 1902)])
def test_ten_megabytes_and_one_byte_more(
    world: World, client: Client, engine: StubEngine, host: Customer, more: int, code: int
) -> None:
    start = picture(kind="JPEG")
    url = host.serve("/large.jpg", start + bytes(10 * 1024 * 1024 - len(start) + more))
    answer = send(client, world, img=url)
    assert answer["code"] == code
    assert code == 1100 or "give a callback" in answer["message"]


def test_addresses_that_we_do_not_call(world: World, client: Client, engine: StubEngine, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = ()
    for url in ("http://127.0.0.1/a.png", "http://169.254.169.254/latest", "http://[::1]/", "http://0x7f000001/a"):
        answer = send(client, world, img=url)
        assert answer["code"] == 1911, url
    assert set(Case.objects.values_list("state", flat=True)) == {"failed"}
    assert not engine.shown


def test_a_host_that_never_answers_does_not_hold_the_call_up(
    world: World, client: Client, engine: StubEngine, settings: Any
) -> None:
    settings.GATEWAY_SECONDS = 0.5

    def silent(connection: socket.socket, server: Server) -> None:
        server.stopping.wait(8)

    with serving(silent) as server:
        started = time.monotonic()
        answer = send(client, world, img=server.url(host="127.0.0.1"))
        assert answer["code"] == 1911
        assert time.monotonic() - started < 4


def test_an_engine_that_never_answers_does_not_either(
    world: World, client: Client, engine: StubEngine, settings: Any
) -> None:
    settings.GATEWAY_SECONDS = 0.5
    engine.finds = lambda frames, ask: time.sleep(5)  # type: ignore[assignment, return-value]
    started = time.monotonic()
    assert send(client, world)["code"] == 1903
    assert time.monotonic() - started < 4
