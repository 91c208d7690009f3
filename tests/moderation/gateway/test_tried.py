"""Pictures that people try: through the gateway's own code, with their steps, once, and forgotten after a day."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from accounts.models import App, AuditEvent
from accounts.permissions import NotAllowed
from moderation.contract.values import RiskLevel
from moderation.gateway import tried
from moderation.gateway.codes import CallRefused
from moderation.gateway.tried import Wanted
from moderation.media import removals, store, uploads
from moderation.media.fetch import fetch_due
from moderation.messages import LedgerCode
from moderation.models import (
    Case,
    Delivery,
    Event,
    Label,
    MachineResult,
    Picture,
    PictureFetch,
    TriedPicture,
    Upload,
)
from moderation.policy_versions import store as policy_versions
from review.models import ReviewTask
from tests.customer import Customer
from tests.factories import endpoints
from tests.factories.policy_decisions import SECTION
from tests.moderation.gateway.calling import picture
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import StubEngine, fails, found, label
from tests.world import World

PICTURE = picture()
DOUBTFUL = found(label("porn", 0.6, RiskLevel.REVIEW))


def wanted(world: World, **changes: Any) -> Wanted:
    said = Wanted(world.web, "post", "EROTIC_QRCODE", "en", PICTURE, name="counter.png")
    return replace(said, **changes)


def moderated(world: World, **changes: Any) -> tuple[TriedPicture, dict[str, Any]]:
    begun = tried.begin(wanted(world, **changes), by=world.dave)
    tried.run(begun, by=world.dave)
    ended = TriedPicture.objects.get(pk=begun.pk)
    return ended, json.loads(ended.answer)


def make_old(one: TriedPicture, hours: float) -> None:
    TriedPicture.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(hours=hours))


def test_it_is_a_real_case_in_a_real_queue(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    one, answer = moderated(world)
    assert (answer["code"], answer["riskLevel"], answer["finalResult"]) == (1100, "REVIEW", 0)
    case = Case.objects.get()
    assert (case.request_id, case.app, answer["requestId"]) == (one.request_id, world.web, one.request_id)
    assert ReviewTask.objects.get().case == case
    assert engine.shown[0][1].types == {"EROTIC", "QRCODE"}
    assert tried.case_of(one) == case


@pytest.mark.django_db(transaction=True)  # engines look in threads of their own
def test_its_steps_are_noted_as_they_are_reached(world: World, engine: StubEngine) -> None:
    so_far: list[str] = []

    def look(frames: Any, ask: Any) -> Any:
        so_far.extend(step["step"] for step in TriedPicture.objects.get().steps)
        return DOUBTFUL

    engine.finds = look
    one, _ = moderated(world)
    assert so_far == ["fetched"]
    fetched, engines, judged = one.steps
    assert fetched | {"ms": 0} == {
        **{"step": "fetched", "ms": 0, "width": 64, "height": 48},
        **{"bytes": len(PICTURE), "pieces": 1},
    }
    assert (engines["step"], set(engines["took"]), judged["step"]) == ("engines", {"stub"}, "judged")


def test_it_is_moderated_once(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world)
    tried.run(one, by=world.dave)
    assert len(engine.shown) == Case.objects.count() == 1


def test_by_its_address(world: World, engine: StubEngine, host: Customer) -> None:
    url = host.serve("/picture.png", PICTURE)
    _, answer = moderated(world, picture=None, url=url, name="")
    assert answer["code"] == 1100
    assert len(engine.shown) == 1


def test_the_same_picture_again_as_another_call(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world)
    other = tried.again(one, wanted(world, picture=None, types="VIOLENT"), by=world.dave)
    tried.run(other, by=world.dave)
    assert [ask.types for _, ask in engine.shown] == [{"EROTIC", "QRCODE"}, {"VIOLENT"}]
    assert (other.name, other.bytes) == ("counter.png", len(PICTURE))
    with pytest.raises(CallRefused, match="somebody else"):
        tried.again(one, wanted(world, picture=None), by=world.carol)


def test_who_may(world: World, engine: StubEngine) -> None:
    for person in (world.alice, world.erin, world.mallory):
        with pytest.raises(NotAllowed):
            tried.begin(wanted(world), by=person)
    one = tried.begin(wanted(world), by=world.carol)
    with pytest.raises(NotAllowed):
        tried.run(one, by=world.alice)
    tried.run(one, by=world.dave)  # somebody else's
    assert not engine.shown
    tried.run(one, by=world.carol)
    assert len(engine.shown) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"picture": b""}, "empty or has more than 10 MB"),
        ({"picture": b"x" * (10 * 1024 * 1024 + 1)}, "empty or has more than 10 MB"),
        ({"picture": None, "url": "aGVsbG8="}, "not an http"),
        ({"picture": None, "url": "no address"}, "neither an http"),
        ({"picture": None, "url": "http://x.test/" + "x" * 1100}, "data.img"),
        ({"event": "x" * 65}, "eventId"),
        ({"types": ""}, "type: Missing"),
    ],
)
def test_what_no_call_may_say_is_refused_with_words(world: World, changes: dict[str, Any], told: str) -> None:
    with pytest.raises(CallRefused, match=told) as refused:
        tried.begin(wanted(world, **changes), by=world.dave)
    assert refused.value.code == 1902
    assert not TriedPicture.objects.exists()
    assert not Upload.objects.exists()


def test_types_that_the_app_has_no_permission_for(world: World) -> None:
    set_app(world, allowed_types="EROTIC")
    with pytest.raises(CallRefused, match="QRCODE") as refused:
        tried.begin(wanted(world, app=App.objects.get(pk=world.web.pk)), by=world.dave)
    assert refused.value.code == 9101


@pytest.mark.parametrize(
    "hostile", [b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7", PICTURE[:60]]
)
def test_a_hostile_picture_is_answered_with_words(world: World, engine: StubEngine, hostile: bytes) -> None:
    one, answer = moderated(world, picture=hostile)
    assert answer["code"] == 1902
    assert answer["message"].startswith("data.img: ")
    assert (one.steps, Case.objects.count()) == ([], 0)


def test_engines_that_fail_are_no_pass(world: World, engine: StubEngine) -> None:
    engine.finds = fails
    _, answer = moderated(world)
    assert answer["code"] == 1903


def test_so_many_of_one_person(world: World) -> None:
    for _ in range(tried.RATE.burst):
        tried.begin(wanted(world), by=world.dave)
    with pytest.raises(CallRefused) as refused:
        tried.begin(wanted(world), by=world.dave)
    assert refused.value.code == 1901
    tried.begin(wanted(world), by=world.carol)


def test_after_a_day_the_picture_is_gone_and_the_case_stays(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    one, _ = moderated(world)
    list(fetch_due())
    shown = PictureFetch.objects.get().picture
    assert shown is not None
    make_old(one, 23.9)
    assert tried.forget_old() == 0
    make_old(one, 24.1)
    assert tried.forget_old() == 1
    fetch = PictureFetch.objects.get()
    assert (fetch.state, fetch.picture) == ("unavailable", None)
    assert (fetch.why or {})["code"] == LedgerCode.PICTURE_TRIED
    removals.work()
    assert not any(store.has(key) for key in (shown.web, shown.blurred, shown.thumbnail, one.upload))
    counts = [model.objects.count() for model in (Picture, Upload, TriedPicture, Case, ReviewTask)]
    assert counts == [0, 0, 0, 1, 1]


def test_a_picture_that_another_case_has_is_kept(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world)
    moderated(world)
    list(fetch_due())
    make_old(one, 25)
    assert tried.forget_old() == 1
    picture = Picture.objects.get()
    assert store.has(picture.web)
    assert sorted(PictureFetch.objects.values_list("state", flat=True)) == ["ready", "unavailable"]


def test_files_that_another_picture_shares_are_kept(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world)
    list(fetch_due())
    shown = Picture.objects.get()
    Picture.objects.create(
        **{name: getattr(shown, name) for name in ("format", "width", "height", "preview", "thumbnail", "blurred")},
        sha256="0" * 64,
        web=store.put(b"another", folder="renditions"),
        frame_keys=[[0, shown.web, shown.preview]],
    )
    make_old(one, 25)
    tried.forget_old()
    assert all(store.has(key) for key in (shown.web, shown.preview, shown.thumbnail))


def test_an_upload_that_can_be_sent_again_is_not_swept_away(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world)
    Upload.objects.update(stored_at=timezone.now() - timedelta(hours=3))
    uploads.forget_left()
    assert store.has(one.upload)


CASE_MAKES = (Case, MachineResult, PictureFetch, ReviewTask, Delivery, Label, Event, AuditEvent)


def counted() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in CASE_MAKES}


def test_one_that_is_only_answered_leaves_no_case(world: World, engine: StubEngine) -> None:
    endpoints.subscribed()
    engine.finds = found(label("porn/new/one", 0.6, RiskLevel.REVIEW))
    before = counted()
    one, answer = moderated(world, only_answer=True, event="new-event")
    assert counted() == before
    assert (answer["code"], answer["riskLevel"], answer["finalResult"]) == (1100, "REVIEW", 0)
    machine = tried.judged_of(one)
    assert machine is not None
    assert (machine.route["outcome"], machine.route["queue"], machine.result.path.risk_label3) == (
        *("queued", world.default.slug, "one"),
    )
    assert [step["step"] for step in one.steps] == ["fetched", "engines", "judged"]
    assert one.ended_at is not None
    with Image.open(io.BytesIO(store.get(one.shown))) as copy:
        assert (copy.format, copy.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize("only_answer", [True, False])
def test_it_is_answered_the_same_with_a_case_and_without(world: World, engine: StubEngine, only_answer: bool) -> None:
    policy_versions.put_in_force({"sections": [SECTION]}, by=world.dave)
    for probability, level, final in ((0.2, "PASS", 1), (0.6, "REVIEW", 0), (0.9, "REJECT", 1)):
        engine.finds = found(label("porn", probability))
        _, answer = moderated(world, only_answer=only_answer)
        assert (answer["riskLevel"], answer["finalResult"]) == (level, final)


def test_what_is_no_picture_is_refused_when_it_is_only_answered(world: World, engine: StubEngine) -> None:
    one, answer = moderated(world, only_answer=True, picture=b"GIF89a")
    assert (answer["code"], one.judged, one.shown) == (1902, None, "")
    assert Upload.objects.filter(key=one.upload).count() == Upload.objects.count() == 1


def test_the_copy_of_one_that_was_only_answered_is_forgotten_with_it(world: World, engine: StubEngine) -> None:
    one, _ = moderated(world, only_answer=True)
    Upload.objects.update(stored_at=timezone.now() - timedelta(hours=2))
    assert uploads.forget_left() == 0
    assert set(Upload.objects.values_list("key", flat=True)) == {one.upload, one.shown}
    make_old(one, 25)
    assert tried.forget_old() == 1
    assert not Upload.objects.exists()
    with pytest.raises(FileNotFoundError):
        store.get(one.shown)


def test_by_its_address_and_only_answered(world: World, engine: StubEngine, host: Customer) -> None:
    url = host.serve("/picture.png", PICTURE)
    one, answer = moderated(world, picture=None, url=url, name="", only_answer=True)
    assert (answer["code"], one.upload) == (1100, "")
    assert store.get(one.shown)
    assert Upload.objects.get().key == one.shown
