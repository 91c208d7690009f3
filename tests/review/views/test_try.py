"""The page for trying a picture: its form, what it shows of the way, and the call that it stands for."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from moderation.contract.values import Box, RiskLevel
from moderation.media.fetch import fetch_due
from moderation.models import Delivery, TriedPicture
from moderation.policy_versions import store
from review.cases import tried_way
from review.cases.tried_way import State
from review.views.trying import samples
from tests.factories import endpoints
from tests.factories.policy_decisions import SECTION
from tests.factories.verdicts import decide, take_lease
from tests.moderation.gateway.calling import picture
from tests.moderation.gateway.conftest import engine
from tests.moderation.gateway.engine import StubEngine, found, label
from tests.stage import signed_in
from tests.world import World

__all__ = ["engine"]
FACE = Box("face-1", "face", "", 0.93, (8.0, 6.0, 30.0, 40.0))
DOUBTFUL = found(label("porn", 0.6, RiskLevel.REVIEW), boxes=(FACE,))


def sent(**changes: Any) -> dict[str, Any]:
    file = SimpleUploadedFile("counter 1.png", picture(), "image/png")
    said = {"app": "web", "event": "post", "language": "en", "types": ["EROTIC", "QRCODE"], "goes": "people"}
    said |= {"file": file} | changes
    return {name: value for name, value in said.items() if value is not None}


def tried(client: Client, **changes: Any) -> TriedPicture:
    """What the page does: send the form, open the page, and have the picture moderated."""
    answer = client.post("/try/", sent(**changes))
    assert answer.status_code == 302, answer.content
    one = TriedPicture.objects.latest("created_at")
    assert answer["Location"] == f"/try/{one.pk}/"
    assert 'id="try-run"' in shown(client, one)
    client.post(f"/try/{one.pk}/run", headers={"HX-Request": "true"})
    return one


def shown(client: Client, one: TriedPicture, part: str = "") -> str:
    answer = client.get(f"/try/{one.pk}/{part}")
    assert answer.status_code == 200
    return answer.content.decode()


def states(html: str) -> dict[str, str]:
    return {step: state for state, step in re.findall(r'<li class="(\w+)" data-step="(\w+)"', html)}


def test_the_way_from_the_picture_to_the_webhook(world: World, engine: StubEngine, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    engine.finds = DOUBTFUL
    (endpoint, _), dave = endpoints.subscribed(), signed_in(world.dave)
    one = tried(dave)
    begun = {"received": "done", "fetched": "done", "engines": "done", "policy": "done", "answered": "done"}
    assert states(shown(dave, one)) == begun | {"queue": "done", "verdict": "live", "webhook": "todo"}
    (task,) = one.app.case_set.get().review_tasks.all()
    decide(take_lease(task.queue, by=world.bob), by=world.bob)
    html = shown(dave, one, "way")
    assert states(html) == begun | {"queue": "done", "verdict": "done", "webhook": "live"}
    assert ("Bob" in html, endpoint.name in html, 'data-over="no"' in html) == (True, True, True)
    Delivery.objects.update(state="delivered", ended_at=one.created_at)
    list(fetch_due())
    html = shown(dave, one, "way")
    assert states(html)["webhook"] == "done"
    assert "hx-get" not in html.split("<ol")[0]


def test_what_passes_waits_for_nobody(world: World, engine: StubEngine) -> None:
    dave = signed_in(world.dave)
    one = tried(dave)
    html = shown(dave, one)
    assert "queue" not in states(html)
    assert ("as soon as it is prepared" in html, 'data-over="no"' in html) == (True, True)
    list(fetch_due())
    html = shown(dave, one)
    assert ('id="try-boxes"' in html, 'data-over="yes"' in html) == (True, True)


def test_boxes_are_given_to_the_page_with_its_picture(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    dave = signed_in(world.dave)
    one = tried(dave)
    assert "as soon as it is prepared" in shown(dave, one)
    assert dave.get(f"/try/{one.pk}/picture").status_code == 404
    list(fetch_due())
    html = shown(dave, one)
    boxes = json.loads(re.findall(r'id="try-boxes" type="application/json">(.*?)</script>', html)[0])
    assert [(box["kind"], box["location"]) for box in boxes] == [("face", [8.0, 6.0, 30.0, 40.0])]
    assert dave.get(f"/try/{one.pk}/picture")["Content-Type"] == "image/jpeg"


def test_one_that_is_only_answered_shows_what_it_would_come_to(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    dave = signed_in(world.dave)
    one = tried(dave, goes="answer")
    html = shown(dave, one)
    begun = {"received": "done", "fetched": "done", "engines": "done", "policy": "done", "answered": "done"}
    assert states(html) == begun | {"webhook": "none"}
    assert f"would wait in the queue “{world.default}”" in html
    assert ("no case is made of it" in html, 'data-over="yes"' in html, "try-case" in html) == (True, True, False)
    assert re.findall(r'<text x="([\d.]+)" y="9">(\d+)</text>', html) == [("148.7", "600")]
    boxes = json.loads(re.findall(r'id="try-boxes" type="application/json">(.*?)</script>', html)[0])
    assert [(box["kind"], box["location"]) for box in boxes] == [("face", [8.0, 6.0, 30.0, 40.0])]
    copy = dave.get(f"/try/{one.pk}/picture")
    assert (copy["Content-Type"], copy["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert signed_in(world.carol).get(f"/try/{one.pk}/picture").status_code == 404
    assert re.findall(r'name="goes" value="(\w+)" checked', html) == ["answer"]


def test_a_page_that_has_it_all_already_is_told_nothing(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    dave = signed_in(world.dave)
    one = tried(dave)
    (had,) = re.findall(r"\?had=(\w+)", shown(dave, one))
    assert dave.get(f"/try/{one.pk}/way?had={had}").status_code == 204
    list(fetch_due())
    assert dave.get(f"/try/{one.pk}/way?had={had}").status_code == 200


def test_a_picture_that_no_call_may_bring_is_refused_with_words(world: World, engine: StubEngine) -> None:
    dave = signed_in(world.dave)
    one = tried(dave, file=SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    html = shown(dave, one)
    assert states(html) == {
        **{"received": "done", "fetched": "failed", "engines": "todo", "policy": "todo", "answered": "failed"},
        **{"queue": "todo", "verdict": "todo", "webhook": "todo"},
    }
    assert "1902" in html
    assert "SVG" in html


@pytest.mark.parametrize(
    ("changes", "told", "status"),
    [
        ({"file": None}, "Drop a picture here", 422),
        ({"file": SimpleUploadedFile("a.png", b"x" * (10 * 1024 * 1024 + 1))}, "larger than 10 MB", 422),
        ({"file": None, "url": "ftp://example.test/a.png"}, "1902", 422),
        ({"types": []}, "required", 422),
        ({"app": "no-such-app"}, "valid choice", 422),
        ({"file": None, "again": "0b9ecb3c-33b0-4b5b-9f6b-3d4f5a6b7c8d"}, "not kept any more", 422),
    ],
)
def test_what_is_wrong_is_said_beside_the_form(world: World, changes: dict[str, Any], told: str, status: int) -> None:
    answer = signed_in(world.dave).post("/try/", sent(**changes))
    assert answer.status_code == status
    assert told in answer.content.decode()
    assert not TriedPicture.objects.exists()


def test_too_many_at_once(world: World) -> None:
    dave = signed_in(world.dave)
    statuses = [dave.post("/try/", sent()).status_code for _ in range(11)]
    assert statuses == [302] * 10 + [429]


def test_the_same_again_without_sending_the_file_again(world: World, engine: StubEngine) -> None:
    dave = signed_in(world.dave)
    one = tried(dave)
    again = re.findall(r'name="again" value="([0-9a-f-]{36})"', shown(dave, one))
    assert again == [str(one.pk)]
    tried(dave, file=None, again=again[0], types=["VIOLENT"])
    assert [ask.types for _, ask in engine.shown] == [{"EROTIC", "QRCODE"}, {"VIOLENT"}]


def test_a_lead_sees_the_own_picture_whatever_queue_it_is_in(world: World, engine: StubEngine) -> None:
    engine.finds = DOUBTFUL
    world.default.memberships.filter(user=world.carol).delete()
    carol = signed_in(world.carol)
    one = tried(carol)
    list(fetch_due())
    case = one.app.case_set.get()
    assert case.review_tasks.get().queue == world.default
    assert carol.get(f"/review/cases/{case.pk}/").status_code == 404
    assert carol.get(f"/try/{one.pk}/picture").status_code == 200
    assert "try-case" not in shown(carol, one)
    assert signed_in(world.dave).get(f"/try/{one.pk}/").status_code == 404


def test_one_that_broke_off_says_so(world: World, engine: StubEngine) -> None:
    dave = signed_in(world.dave)
    dave.post("/try/", sent())
    one = TriedPicture.objects.get()
    TriedPicture.objects.update(began_at=one.created_at - tried_way.LOST * 3)
    way = tried_way.read(one.pk, by=world.dave)
    assert way is not None
    assert (way.is_lost, way.is_over, way.fetched) == (True, True, State.FAILED)
    assert "It broke off" in shown(dave, one)


@pytest.mark.parametrize("name", ["counter.png", "it's $HOME `id`.png"])
def test_the_call_with_curl_is_what_a_shell_understands(world: World, tmp_path: Any, name: str) -> None:
    (tmp_path / name).write_bytes(picture())
    (tmp_path / "curl").write_text("#!/bin/sh\nexec cat\n")
    (tmp_path / "curl").chmod(0o755)
    signed_in(world.dave).post("/try/", sent(event="it's $HOME"))
    TriedPicture.objects.update(name=name)
    text = samples.curl(TriedPicture.objects.get(), url="https://look.test/image/v4")
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    told = subprocess.run(["sh", "-c", text], cwd=tmp_path, env=env, capture_output=True, check=True).stdout
    body = json.loads(told)
    assert (body["accessKey"], body["eventId"]) == ("ACCESS_KEY", "it's $HOME")
    assert len(body["data"]["img"]) > 100


def test_the_call_in_python_compiles_and_holds_no_key(world: World) -> None:
    signed_in(world.dave).post("/try/", sent(event="it's {x}"))
    text = samples.python(TriedPicture.objects.get(), url="https://look.test/image/v4")
    compile(text, "sample", "exec")
    assert '"ACCESS_KEY"' in text
    assert "sl_" not in text


def test_the_score_that_decided_is_drawn_on_its_threshold(world: World, engine: StubEngine) -> None:
    client = signed_in(world.dave)
    engine.finds = DOUBTFUL
    assert 'class="pin' not in shown(client, tried(client))
    store.put_in_force({"sections": [SECTION]}, by=world.dave)
    html = shown(client, tried(client))
    assert re.findall(r'<text x="([\d.]+)" y="9">(\d+)</text>', html) == [("148.7", "600")]
    assert re.findall(r"(review|reject) from (\d+)", html) == [("review", "400"), ("reject", "850")]


def test_a_rejection_that_a_person_confirms_has_its_score_drawn(world: World, engine: StubEngine) -> None:
    client = signed_in(world.dave)
    engine.finds = found(label("porn", 0.9))
    never = {"porn": {"reject": 850}}
    store.put_in_force({"sections": [SECTION | {"thresholds": never, "afterReject": "confirm"}]}, by=world.dave)
    html = shown(client, tried(client))
    assert '<text x="223.0" y="9">900</text>' in html
    assert re.findall(r"(review|reject) from (\d+)", html) == [("reject", "850")]
