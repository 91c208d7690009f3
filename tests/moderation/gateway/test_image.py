"""`POST /image/v4`, synchronous: the answer is what policy makes of what the engines find, and the case is stored."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from moderation.contract.values import Box, RiskLevel
from moderation.disposal import changes
from moderation.disposal.mapping import Own
from moderation.engines import kinds
from moderation.media import fetch, lost_files
from moderation.media import store as files
from moderation.models import Case, FinalResult, MachineResult, Picture, PictureFetch, Upload
from moderation.policy_versions import store
from review.models import ReviewTask
from tests.customer import Customer
from tests.factories.policy_decisions import SECTION
from tests.moderation.gateway.calling import IMAGE, as_base64, call, picture, post
from tests.moderation.gateway.conftest import set_app
from tests.moderation.gateway.engine import CLEAN, StubEngine, fails, found, label
from tests.world import World


def send(client: Client, world: World, **changes: Any) -> dict[str, Any]:
    return post(client, IMAGE, call(**changes), world.bearer)


def test_a_clean_picture_passes_and_is_recorded(world: World, client: Client, engine: StubEngine) -> None:
    answer = send(client, world)
    assert (answer["code"], answer["riskLevel"], answer["riskLabel1"]) == (1100, "PASS", "normal")
    assert (answer["resultType"], answer["finalResult"], answer["dataId"]) == (0, 1, "post-17")
    case = Case.objects.get()
    assert (case.request_id, case.state, len(answer["requestId"])) == (answer["requestId"], "recorded", 32)
    frames, ask = engine.shown[0]
    assert (frames[0].width, frames[0].height) == (64, 48)
    assert ask.types == {"POLITY", "EROTIC", "IMGTEXTRISK"}


def test_review_answers_0_and_becomes_a_task(world: World, client: Client, engine: StubEngine) -> None:
    box = Box("f1", "face", "", 0.9, (1.0, 2.0, 30.0, 40.0))
    engine.finds = found(label("porn/nudity", 0.6, evidence=("f1",)), boxes=(box,))
    answer = send(client, world)
    assert (answer["riskLevel"], answer["finalResult"], answer["riskLabel2"]) == ("REVIEW", 0, "nudity")
    assert answer["allLabels"][0]["riskDetail"]["faces"][0]["location"] == [1, 2, 30, 40]
    task = ReviewTask.objects.get()
    assert task.case.request_id == answer["requestId"]


def test_policy_decides_what_is_answered(world: World, client: Client, engine: StubEngine) -> None:
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    engine.finds = found(label("porn/nudity", 0.9))
    rejected = send(client, world)
    assert (rejected["riskLevel"], rejected["finalResult"], rejected["resultType"]) == ("REJECT", 1, 0)
    final = FinalResult.objects.get()
    assert final.case.request_id == rejected["requestId"]
    engine.finds = found(label("porn/nudity", 0.1, RiskLevel.REJECT))
    passed = send(client, world)
    assert (passed["riskLevel"], passed["riskLabel1"], passed["finalResult"]) == ("PASS", "normal", 1)


def test_a_failed_engine_is_1903_and_never_a_pass(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = fails
    answer = send(client, world)
    assert answer["code"] == 1903
    assert "riskLevel" not in answer
    assert Case.objects.get().state == "failed"


def test_or_it_is_looked_at_by_a_person(world: World, client: Client, engine: StubEngine) -> None:
    set_app(world, on_engine_failure="review")
    engine.finds = fails
    answer = send(client, world)
    assert (answer["code"], answer["riskLevel"], answer["finalResult"]) == (1100, "REVIEW", 0)
    assert answer["auxInfo"]["notChecked"] == ["EROTIC", "IMGTEXTRISK", "POLITY"]
    assert ReviewTask.objects.count() == 1


def test_an_app_without_an_engine_fails(world: World, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "is_installed", lambda: False, raising=False)  # the engine of this host
    answer = post(client, IMAGE, call(appId="app"), world.bearer)
    assert answer["code"] == 1903


@pytest.mark.parametrize(
    ("setting", "code", "level"), [("review", 1100, "REVIEW"), ("refuse", 1902, None), ("answer", 1100, "PASS")]
)
def test_what_no_engine_can_check_is_handled_as_the_app_says(
    world: World, client: Client, engine: StubEngine, setting: str, code: int, level: str | None
) -> None:
    set_app(world, uncovered=setting)
    answer = send(client, world, type="POLITY_WEAPONS", businessType="LOGO")
    assert (answer["code"], answer.get("riskLevel")) == (code, level)
    if code == 1100:
        assert answer["auxInfo"]["notChecked"] == ["LOGO", "WEAPONS"]
    else:
        assert "LOGO, WEAPONS" in answer["message"]
        assert not Case.objects.exists()


def test_no_threshold_lets_pass_what_was_not_checked(world: World, client: Client, engine: StubEngine) -> None:
    store.put_in_force({"sections": [SECTION | {"otherwise": "PASS"}]}, by=world.dave)
    engine.finds = found(label("porn/nudity", 0.1, RiskLevel.REJECT))
    answer = send(client, world, type="EROTIC_WEAPONS")
    assert (answer["riskLevel"], answer["finalResult"]) == ("REVIEW", 0)


def test_people_see_the_bytes_that_the_engines_saw(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    url = host.serve("/a.png", picture(80, 60))
    answer = send(client, world, data={"img": url})
    assert answer["code"] == 1100
    assert answer["auxInfo"]["downloadTime"] >= 0
    host.serve("/a.png", picture(200, 100))
    assert host.asked == ["/a.png"]
    row = PictureFetch.objects.get()
    assert (row.url, bool(row.upload)) == (url, True)
    assert list(fetch.fetch_due()) == [row.pk]
    row.refresh_from_db()
    assert row.picture
    assert (row.picture.width, row.picture.height, host.asked) == (80, 60, ["/a.png"])
    assert not Upload.objects.exists()


def test_a_picture_whose_files_are_lost_is_fetched_from_its_address(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    send(client, world, data={"img": host.serve("/a.png", picture(80, 60))})
    list(fetch.fetch_due())
    shown = Picture.objects.get()
    files.remove(shown.web)
    assert [one.pk for one in lost_files.find()] == [shown.pk]
    list(fetch.fetch_due())
    assert (PictureFetch.objects.get().state, host.asked) == ("ready", ["/a.png"] * 2)
    assert files.has(shown.web)


def test_the_backup_url_is_asked_when_the_first_gives_no_picture(
    world: World, client: Client, engine: StubEngine, host: Customer
) -> None:
    web_page = host.serve("/gone.png", b"<html>gone</html>", "text/html")
    other = host.serve("/b.png", picture(80, 60))
    for first in (f"{host.url}/none.png", web_page):
        assert send(client, world, data={"img": first, "backupUrl": other})["code"] == 1100
    neither = send(client, world, data={"img": f"{host.url}/none.png", "backupUrl": web_page})
    assert neither["code"] == 1911
    assert "data.img" in neither["message"]
    assert "data.backupUrl" in neither["message"]
    assert Case.objects.get(request_id=neither["requestId"]).state == "failed"


def test_pass_through_is_echoed(world: World, client: Client, engine: StubEngine) -> None:
    answer = send(client, world, data={"extra": {"passThrough": {"post": 17, "π": [1.5, None]}}})
    assert answer["auxInfo"]["passThrough"] == {"post": 17, "π": [1.5, None]}


def test_the_case_keeps_the_request_without_key_and_pixels(world: World, client: Client, engine: StubEngine) -> None:
    key = world.bearer["Authorization"].removeprefix("Bearer ")
    answer = post(client, IMAGE, call(accessKey=key))
    assert answer["code"] == 1100
    case = Case.objects.get()
    assert (case.event_id, case.token_id, case.data_id) == ("profile", "u_83f2", "post-17")
    assert case.request
    assert key not in case.request
    assert as_base64(picture()) not in case.request
    raw = MachineResult.objects.get().body
    assert (raw["riskLevel"], raw["finalResult"], "stub" in str(raw["auxInfo"])) == ("PASS", 1, True)


def test_a_lie_of_an_engine_is_no_pass(world: World, client: Client, engine: StubEngine) -> None:
    engine.finds = found(label("porn", 7.0))
    assert send(client, world)["code"] == 1903
    engine.finds = found(label("porn", float("nan")))
    assert send(client, world)["code"] == 1903
    engine.finds = CLEAN
    assert send(client, world)["riskLevel"] == "PASS"


def test_the_answer_is_in_the_customers_own_labels_too(world: World, client: Client, engine: StubEngine) -> None:
    changes.add(world.web, label="porn", own=Own("TNS-2", "bodies", risk_level="REVIEW"), by=world.dave)
    engine.finds = replace(found(label("porn/nudity", 0.6)), extras={"disposal": {"riskLevel": "REJECT"}})
    ours = send(client, world)["disposal"]
    assert (ours["riskLevel"], ours["riskLabel1"], ours["riskLabel2"]) == ("REVIEW", "TNS-2", "bodies")


def test_what_waits_for_a_person_does_not_pass_in_the_customers_own_labels(
    world: World, client: Client, engine: StubEngine
) -> None:
    """A customer who lets such rejections pass has not said so of what nobody has judged yet."""
    changes.add(world.web, label="porn", own=Own("TNS-2", risk_level="PASS"), by=world.dave)
    engine.finds = found(label("porn/nudity", 0.6))
    answer = send(client, world)
    assert (answer["riskLevel"], answer["disposal"]["riskLevel"], answer["disposal"]["riskLabel1"]) == (
        "REVIEW",
        "REVIEW",
        "TNS-2",
    )
    engine.finds = replace(found(label("ad", 0.6)), extras={"disposal": {"riskLevel": "PASS", "riskLabel1": "x"}})
    assert "disposal" not in send(client, world)


def test_an_engines_disposal_stays_under_the_verdict_that_it_was_made_for(
    world: World, client: Client, engine: StubEngine
) -> None:
    theirs = {"riskLevel": "REVIEW", "riskLabel1": "theirs"}
    engine.finds = replace(found(label("porn/nudity", 0.6)), extras={"disposal": theirs})
    assert send(client, world)["disposal"] == theirs
    engine.finds = replace(found(label("porn/nudity", 0.6, RiskLevel.REJECT)), extras={"disposal": theirs})
    section = SECTION | {"thresholds": {"porn": {"review": 400}}}
    store.put_in_force({"sections": [section]}, by=world.dave)
    answer = send(client, world)
    assert (answer["riskLevel"], answer["disposal"]) == ("REVIEW", theirs)
    engine.finds = replace(found(label("porn/nudity", 0.6, RiskLevel.PASS)), extras={"disposal": {"riskLevel": "PASS"}})
    assert "disposal" not in send(client, world)
