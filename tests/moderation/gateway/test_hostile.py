"""Damaged and hostile pictures through every door of the gateway: an answer of the contract, and never a 1903."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from moderation.gateway import calls
from moderation.models import Case, MachineResult
from tests.customer import Customer
from tests.moderation.gateway.calling import CHECK, IMAGE, IMAGES, as_base64, call, post
from tests.moderation.gateway.engine import StubEngine
from tests.moderation.media.hostile import ALL, SHOWN, Hostile
from tests.world import World

NAMES = [hostile.name for hostile in ALL]


def as_it_should(answer: dict[str, Any], hostile: Hostile, shown: int) -> None:
    """Looked at, or refused; a picture that nobody can be shown is never looked at."""
    assert answer["code"] in (1100, 1902), (hostile.name, answer)
    if answer["code"] == 1100:
        assert hostile.ends & SHOWN, hostile.name
    else:
        assert answer["message"].startswith("data.img: "), answer
    assert shown == (answer["code"] == 1100), hostile.name


@pytest.mark.parametrize("hostile", ALL, ids=NAMES)
def test_in_the_call(world: World, client: Client, engine: StubEngine, hostile: Hostile) -> None:
    answer = post(client, IMAGE, call(data={"img": as_base64(hostile.build()), "maxFrame": 20}), world.bearer)
    as_it_should(answer, hostile, len(engine.shown))
    assert Case.objects.count() == len(engine.shown)
    for frames, _ in engine.shown:
        assert all(frame.data.startswith(b"\xff\xd8\xff") for frame in frames)
        assert not any(b"script" in frame.data for frame in frames)


def test_at_addresses_in_batches(world: World, client: Client, engine: StubEngine, host: Customer) -> None:
    served = {hostile.name: host.serve(f"/{hostile.name}", hostile.build()) for hostile in ALL}
    by_name = {hostile.name: hostile for hostile in ALL}
    for first in range(0, len(NAMES), 12):
        items = [{"btId": name, "img": served[name]} for name in NAMES[first : first + 12]]
        answer = post(client, IMAGES, call(data={"img": None, "imgs": items}), world.bearer)
        assert answer["code"] == 1100, answer
        for one in answer["imgs"]:
            hostile = by_name[one["btId"]]
            looked = any(ask.request.img == served[hostile.name] for _, ask in engine.shown)
            as_it_should(one, hostile, looked)


def test_by_the_other_two_doors(world: World, client: Client, engine: StubEngine, host: Customer) -> None:
    """Every fourth of them: what decodes is the same."""
    some = ALL[::4]
    for hostile in some:
        url = host.serve(f"/{hostile.name}", hostile.build())
        answer = post(client, CHECK, {"image_url": url, "app_id": "web"}, world.bearer)
        assert answer["code"] in (1100, 1902), (hostile.name, answer)
        sent = call(data={"img": url}, callback=f"{host.url}/callback")
        assert post(client, IMAGE, sent, world.bearer)["code"] == 1100
    before = Case.objects.count()
    assert len(list(calls.work_due())) == len(some)
    codes = MachineResult.objects.order_by("-pk").values_list("code", flat=True)[: len(some)]
    assert set(codes) <= {1100, 1902}
    assert Case.objects.count() == before + len(some)
