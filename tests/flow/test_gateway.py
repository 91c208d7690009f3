"""A customer's switch: the same client of the contract, pointed at a stand-in of the detection service and then at us,
sees the same fields with the same types (docs/gateway.md lists what differs). Real web process, worker and beat.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from moderation.engines import configure
from moderation.engines.configure import Entry
from moderation.models import Case, Delivery, GatewayCall
from tests.customer import Customer
from tests.moderation.engines.conftest import stand_in  # noqa: F401 - a fixture
from tests.moderation.engines.stand_in import ACCESS_KEY
from tests.moderation.gateway.calling import picture
from tests.processes import RunningApp
from tests.waiting import PATIENCE_SECONDS, wait_for
from tests.world import World


@pytest.fixture
def service(committed_world: World, stand_in: str) -> str:  # noqa: F811
    """The service's URL; it is our engine as well."""
    settings = {"url": f"{stand_in}/image/v4", "accessKey": ACCESS_KEY, "appId": "web", "eventId": "profile"}
    configure.set_engines(app=committed_world.web, engines=[Entry("http", settings)], by="tests")
    return stand_in


@pytest.fixture
def key(committed_world: World) -> str:
    return committed_world.bearer["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def moved(running_app: RunningApp) -> RunningApp:
    running_app.start_worker()
    running_app.start_beat()
    return running_app


def ask(url: str, access_key: str, **changes: Any) -> dict[str, Any]:
    """What a client of the contract does: it knows a host and a key."""
    data = {"img": base64.b64encode(picture(64, 64, "JPEG")).decode(), "tokenId": "u_1", "lang": "en"}
    data["dataId"] = "post-1"
    body = {"accessKey": access_key, "appId": "web", "eventId": "profile", "type": "EROTIC", "data": data} | changes
    response = httpx.post(f"{url}/image/v4", json=body, trust_env=False, timeout=PATIENCE_SECONDS)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def types_of(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every field with its JSON type; a number is a number."""
    kind = "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
    yield place, kind
    children = value.items() if isinstance(value, dict) else [("*", one) for one in value] if kind == "list" else ()
    for name, child in children:
        yield from types_of(child, f"{place}/{name}")


def test_the_same_client_reads_both(service: str, running_app: RunningApp, key: str) -> None:
    theirs, ours = ask(service, ACCESS_KEY), ask(running_app.url, key)
    there, here = set(types_of(theirs)), set(types_of(ours))
    assert there - here == set()
    names = ("code", "riskLevel", "riskLabel1", "riskLabel2", "riskLabel3", "resultType", "finalResult")
    assert [ours[name] for name in names] == [theirs[name] for name in names]
    assert ours["riskDetail"]["faces"][0]["location"] == theirs["riskDetail"]["faces"][0]["location"]


def test_wrong_calls_have_the_same_codes(service: str, running_app: RunningApp, key: str) -> None:
    for wrong in ({"accessKey": "nobody's"}, {"eventId": ""}, {"type": ""}):
        theirs, ours = ask(service, ACCESS_KEY, **wrong), ask(running_app.url, key, **wrong)
        assert ours["code"] == theirs["code"], wrong
        assert set(types_of(theirs)) - set(types_of(ours)) == set()


def test_an_asynchronous_call_is_answered_after_its_receiver_was_down(
    service: str, moved: RunningApp, key: str, receiver: Customer
) -> None:
    receiver.replies = [500, 503]
    at: list[float] = []
    answer = ask(moved.url, key, callback=f"{receiver.url}/callback")
    assert answer == {"requestId": answer["requestId"], "code": 1100, "message": "success"}
    for count in (1, 2, 3):
        wait_for(lambda count=count: len(receiver.received) >= count, what=f"callback {count}", tell=moved)  # type: ignore[misc]
        at.append(time.monotonic())
    assert at[1] - at[0] > 0.9
    assert at[2] - at[1] > 1.9
    body = json.loads(receiver.received[-1].body)
    assert (body["requestId"], body["riskLevel"]) == (answer["requestId"], "REJECT")
    wait_for(lambda: Delivery.objects.filter(state="delivered").exists(), what="the delivery to end", tell=moved)
    assert len(receiver.received) == 3


def test_a_worker_that_is_killed_loses_nothing(
    service: str, running_app: RunningApp, key: str, receiver: Customer
) -> None:
    """Killed again and again while it works off twenty pictures: each is stored once, each callback comes."""
    ids = {ask(running_app.url, key, callback=f"{receiver.url}/{nth}")["requestId"] for nth in range(20)}
    assert GatewayCall.objects.count() == 20
    for _ in range(3):
        running_app.start_worker()
        before = Case.objects.count()
        wait_for(lambda before=before: Case.objects.count() > before, what="a case more", tell=running_app)  # type: ignore[misc]
        running_app.kill("worker")
    GatewayCall.objects.update(leased_until=None)  # as if the leases of the dead had run out
    running_app.start_worker()
    running_app.start_beat()
    wait_for(lambda: not GatewayCall.objects.exists(), what="all pictures to be moderated", tell=running_app)
    assert set(Case.objects.values_list("request_id", flat=True)) == ids
    wait_for(lambda: len({one.path for one in receiver.received}) == 20, what="all callbacks", tell=running_app)
    assert Delivery.objects.count() == 20
