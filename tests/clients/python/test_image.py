"""Pictures through the gateway of a real web process."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from moderation.engines import configure
from moderation.models import Case
from second_look import (
    BatchResult,
    Check,
    Client,
    EnginesFailed,
    ImageResult,
    InvalidCall,
    NoResult,
    NotAllowed,
    NotFetched,
    Retries,
    item,
)
from tests.clients.python.conftest import directly
from tests.customer import Customer
from tests.moderation.gateway.calling import picture
from tests.processes import RunningApp
from tests.waiting import wait_for
from tests.world import World

PICTURE = picture(64, 64, "JPEG")


def test_a_picture_is_checked_as_on_the_product_page(service: str, client: Client, receiver: Customer) -> None:
    url = receiver.serve("/a.jpg", PICTURE)
    result: Check = client.image.check(image_url=url, labels=["porn", "violence", "minor"], thresholds={"porn": 500})
    assert result.decision == "block"
    (label,) = result.labels
    assert (label.l1, label.l2, label.l3, label.confidence) == ("porn", "nudity", "exposed", 970)
    assert label.bbox == (10, 12, 40, 52)
    assert result.processing_time_ms >= 0
    assert Case.objects.get(request_id=result.request_id).app.app_id == "web"


def test_bytes_and_files_are_sent_too(service: str, client: Client, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(PICTURE)
    allowed = client.image.check(image=file, labels=["minor"], data_id="post-17", token_id="u_1")
    assert (allowed.decision, allowed.labels) == ("allow", ())
    assert client.image.check(image=PICTURE).decision == "block"
    assert Case.objects.get(request_id=allowed.request_id).data_id == "post-17"
    with pytest.raises(ValueError, match="one of them"):
        client.image.check()


def test_a_picture_is_moderated_as_image_v4(service: str, client: Client) -> None:
    result: ImageResult = client.image.moderate(
        image=PICTURE,
        token_id="u_1",
        type="EROTIC",
        data_id="post-1",
        data={"nickname": "Ann"},
    )
    assert (result.code, result.risk_level, result.final_result, result.result_type) == (1100, "REJECT", 1, 0)
    assert (result.risk_label1, result.risk_label2, result.data_id) == ("porn", "nudity", "post-1")
    assert result.all_labels[0].probability == 0.97
    assert result.raw["riskDetail"]["faces"][0]["location"] == [10, 12, 40, 52]
    assert Case.objects.get(request_id=result.request_id).event_id == "image"
    assert client.image.query(result.request_id) == result


def test_a_batch_tells_each_picture(service: str, client: Client, receiver: Customer) -> None:
    good, gone = item("a", image=PICTURE), item("b", image_url=f"{receiver.url}/gone.jpg")
    batch = client.image.moderate_batch([good, gone], token_id="u_1", type="EROTIC")
    first, second = batch.images
    assert isinstance(first, ImageResult)
    assert (first.bt_id, first.risk_level) == ("a", "REJECT")
    assert isinstance(second, NoResult)
    assert (second.bt_id, second.code) == ("b", 1911)
    assert second.message
    assert not second.in_work
    found = client.image.query_many([batch.request_id, f"{batch.request_id}_a", "unknown"])
    whole, alone, unknown = found[batch.request_id], found[f"{batch.request_id}_a"], found["unknown"]
    assert isinstance(whole, BatchResult)
    assert whole.images[0] == first
    assert isinstance(alone, ImageResult)
    assert isinstance(unknown, NoResult)
    assert unknown.code == 1902


def test_what_is_submitted_is_in_work_and_then_called_back(
    service: str, client: Client, receiver: Customer, running_app: RunningApp
) -> None:
    where: dict[str, Any] = {"callback": f"{receiver.url}/callback", "token_id": "u_1", "type": "EROTIC"}
    one = client.image.submit(image=PICTURE, **where)
    two = client.image.submit_batch([item("a", image=PICTURE)], **where)
    waiting = client.image.query(one.request_id)
    assert isinstance(waiting, NoResult)
    assert waiting.in_work
    running_app.start_worker()
    running_app.start_beat()
    wait_for(lambda: len(receiver.received) == 2, what="both callbacks", tell=running_app)
    called = {json.loads(one.body)["requestId"] for one in receiver.received}
    assert called == {one.request_id, two.request_id}
    done = client.image.query(one.request_id)
    assert isinstance(done, ImageResult)
    assert done.risk_level == "REJECT"


def test_refusals_are_exceptions_with_the_contracts_code(
    service: str, client: Client, receiver: Customer, committed_world: World, stand_in: str
) -> None:
    with pytest.raises(InvalidCall) as wrong:
        client.image.moderate(image=PICTURE, token_id="not a token", lang="xx")
    assert (wrong.value.code, wrong.value.status) == (1902, 200)
    assert "data.tokenId" in wrong.value.message
    assert "data.lang" in str(wrong.value)
    with pytest.raises(NotFetched) as missing:
        client.image.check(image_url=f"{receiver.url}/gone.jpg")
    assert missing.value.code == 1911
    with pytest.raises(NotAllowed) as other:
        client.image.check(image=PICTURE, app_id="unregistered")
    assert other.value.code == 9101
    with pytest.raises(InvalidCall):
        client.image.query("unknown")


def test_engines_that_fail_are_told(client: Client, committed_world: World, stand_in: str) -> None:
    settings = {"url": f"{stand_in}/rubbish", "accessKey": "k", "appId": "web", "eventId": "profile"}
    configure.set_engines(app=committed_world.web, engines=[configure.Entry("http", settings)], by="tests")
    with pytest.raises(EnginesFailed) as failed:
        client.image.check(image=PICTURE)
    assert failed.value.code == 1903
    told = client.image.query(failed.value.body["request_id"])
    assert isinstance(told, NoResult)
    assert told.code == 1903


def test_a_key_that_calls_too_often_waits_and_is_let_in(
    service: str, running_app: RunningApp, key: str, committed_world: World
) -> None:
    committed_world.key.rate_per_second, committed_world.key.burst = 1, 1
    committed_world.key.save()
    codes: list[int] = []
    retries = Retries(most=12, first_seconds=0.5, longest_seconds=2)
    with directly() as http, ThreadPoolExecutor(6) as crowd:
        http.event_hooks["response"].append(lambda response: codes.append(json.loads(response.read())["code"]))
        shared = Client(running_app.url, api_key=key, app_id="web", http=http, retries=retries)
        checks = crowd.map(lambda _: shared.image.check(image=PICTURE).decision, range(6))
        assert list(checks) == ["block"] * 6
    assert set(codes) == {1100, 1901}
