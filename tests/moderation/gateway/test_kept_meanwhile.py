"""The picture of a call is stored while its engines look at it: once, and not when the call is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from moderation.engines.protocol import Ask, Findings, Frame
from moderation.media.storage import picture_storage
from moderation.models import Case, PictureFetch, Upload
from tests.moderation.gateway.calling import IMAGE, IMAGES, as_base64, call, picture, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import CLEAN, StubEngine, fails
from tests.waiting import wait_for
from tests.world import World


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def looks_until(is_over: Callable[[], bool]) -> Callable[[Sequence[Frame], Ask], Findings]:
    def finds(frames: Sequence[Frame], ask: Ask) -> Findings:
        wait_for(is_over, what="the upload")
        return CLEAN

    return finds


def test_it_is_stored_before_the_engine_answers(
    world: World, client: Client, engine: StubEngine, tmp_path: Path
) -> None:
    engine.finds = looks_until(lambda: len(files(tmp_path / "pictures")) == 1)
    assert post(client, IMAGE, call(), world.bearer)["code"] == 1100
    upload = Upload.objects.get()
    assert PictureFetch.objects.get().upload == upload.key
    assert files(tmp_path / "pictures") == [tmp_path / "pictures" / upload.key]


def test_also_where_the_engine_fails(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = fails
    assert post(client, IMAGE, call(), world.bearer)["code"] == 1903
    assert PictureFetch.objects.get().upload == Upload.objects.get().key


def test_nothing_is_kept_of_a_call_that_is_refused(
    world: World, client: Client, engine: StubEngine, tmp_path: Path
) -> None:
    set_app(world, uncovered="refuse")
    assert post(client, IMAGE, call(type="EROTIC_WEAPONS"), world.bearer)["code"] == 1902
    assert (Case.objects.count(), Upload.objects.count(), files(tmp_path / "pictures")) == (0, 0, [])


def test_a_store_that_is_down_acknowledges_nothing(
    world: World, client: Client, engine: StubEngine, settings: Any
) -> None:
    nobody = picture_storage("s3://pictures", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
    settings.STORAGES = settings.STORAGES | {"pictures": nobody}
    answer = client.post(IMAGE, call(), content_type="application/json", headers=world.bearer)
    assert (answer.status_code, Case.objects.count()) == (503, 0)


@pytest.mark.parametrize("count", [1, 3])
def test_each_picture_of_a_batch_is_stored_once(world: World, client: Client, engine: StubEngine, count: int) -> None:
    imgs = [{"btId": str(nth), "img": as_base64(picture(40 + nth))} for nth in range(count)]
    assert post(client, IMAGES, call(data={"img": None, "imgs": imgs}), world.bearer)["code"] == 1100
    kept = sorted(PictureFetch.objects.values_list("upload", flat=True))
    assert kept == sorted(Upload.objects.values_list("key", flat=True))
    assert len(kept) == count
