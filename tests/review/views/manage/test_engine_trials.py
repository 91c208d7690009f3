"""The page of all engines, and trying them with a picture."""

from __future__ import annotations

import html
import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import App
from moderation import call_tallies, engine_health
from moderation.engines import kinds
from moderation.engines.configure import Entry, set_engines
from moderation.gateway import engine_trial
from moderation.messages import LedgerCode, Message
from moderation.models import AppEngine, Case, GatewayCall, Picture, Upload
from review.statistics import engines as statistics
from tests.moderation.engines.conftest import stand_in  # noqa: F401 - a fixture
from tests.moderation.engines.stand_in import ACCESS_KEY
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World

OVERVIEW = "/manage/engines/"


def picture(width: int = 200, height: int = 100) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 90, 40)).save(file, "PNG")
    return SimpleUploadedFile("a.png", file.getvalue(), "image/png")


def read(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:500]
    return html.unescape(answer.content.decode())


def engine_at(app: App, url: str, name: str = "other") -> AppEngine:
    settings = {"url": url, "name": name, "accessKey": ACCESS_KEY, "appId": "theirs", "eventId": "upload"}
    (row,) = set_engines(app=app, engines=[Entry("http", settings)], by="tests")
    return row


def attempt(admin: Client, app: App, **sent: Any) -> Any:
    path = f"/manage/engines/{app.pk}/try/"
    return admin.post(path, {"types": "POLITY_EROTIC", "picture": picture(), **sent})


def nothing_is_stored() -> bool:
    return not any(model.objects.exists() for model in (Case, GatewayCall, Picture, Upload))


def test_what_an_engine_finds_is_drawn_and_listed_and_nothing_is_stored(
    world: World,
    admin: Client,
    stand_in: str,  # noqa: F811
) -> None:
    row = engine_at(world.web, f"{stand_in}/image/v4")
    page = read(attempt(admin, world.web, engine=str(row.pk)))
    assert 'src="data:image/jpeg;base64,' in page
    assert re.search(r'd="M10(\.0)? 12(\.0)?H40(\.0)?V52(\.0)?H10(\.0)?Z"', page)
    assert "porn/nudity/exposed" in page
    (told,) = re.findall(r'<pre tabindex="0" dir="ltr" translate="no">(.*?)</pre>', page, re.DOTALL)
    assert json.loads(told)["allLabels"][0]["probability"] == 0.97
    assert inline_code(page) == []
    assert nothing_is_stored()


def test_only_a_page_that_shows_what_was_sent_may_show_pictures_without_an_address(
    world: World,
    admin: Client,
    stand_in: str,  # noqa: F811
) -> None:
    engine_at(world.web, f"{stand_in}/image/v4")
    assert "img-src 'self' data:" in attempt(admin, world.web)["Content-Security-Policy"]
    for page in (OVERVIEW, f"/manage/engines/{world.web.pk}/try/"):
        assert "data:" not in admin.get(page)["Content-Security-Policy"]


def test_types_that_nobody_looked_for_are_named(world: World, admin: Client, stand_in: str) -> None:  # noqa: F811
    engine_at(world.web, f"{stand_in}/not-checked")
    page = read(attempt(admin, world.web))
    assert re.search(r'id="not-checked"><code class="chip warn" translate="no">POLITY</code>', page)


def test_one_engine_of_several_is_tried_alone(world: World, admin: Client, stand_in: str) -> None:  # noqa: F811
    good = {"url": f"{stand_in}/image/v4", "name": "good", "accessKey": ACCESS_KEY, "appId": "a", "eventId": "e"}
    bad = {"url": f"{stand_in}/500", "name": "bad"}
    rows = set_engines(app=world.web, engines=[Entry("http", good), Entry("http", bad)], by="tests")
    assert ">good<" in read(attempt(admin, world.web, engine=str(rows[0].pk)))
    assert "bad answered HTTP status 500" in read(attempt(admin, world.web, engine="all"), 422)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"picture": SimpleUploadedFile("a.png", b"no picture")}, "data.img: "),
        ({"picture": SimpleUploadedFile("a.png", b"x" * (10 * 1024 * 1024 + 1))}, "at most 10.0"),
        ({"types": "a b"}, "Write them like POLITY_EROTIC_AD."),
        ({"engine": "9" * 5000}, "Select a valid choice"),
        ({"picture": ""}, "This field is required."),
    ],
)
def test_what_cannot_be_tried_is_told(
    world: World,
    admin: Client,
    stand_in: str,  # noqa: F811
    sent: dict[str, Any],
    told: str,
) -> None:
    engine_at(world.web, f"{stand_in}/image/v4")
    assert told in read(attempt(admin, world.web, **sent), 422)


def test_keys_that_cannot_be_decrypted_are_told(world: World, admin: Client) -> None:
    row = engine_at(world.web, "https://x.example/")
    AppEngine.objects.update(sealed_settings="gAAAAno")
    assert "SECRET_KEY" in read(attempt(admin, world.web, engine=str(row.pk)), 422)
    assert read(admin.get(OVERVIEW))


def test_an_app_without_any_engine_is_told(world: World, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "is_installed", lambda: False)
    assert "This app has no engine" in read(attempt(admin, world.web), 422)


def test_only_one_picture_is_tried_at_a_time(
    world: World,
    admin: Client,
    stand_in: str,  # noqa: F811
    settings: Any,
) -> None:
    settings.GATEWAY_SECONDS = 0.1
    engine_at(world.web, f"{stand_in}/image/v4")
    with engine_trial._one:
        assert "Another picture is being tried" in read(attempt(admin, world.web), 422)


def test_the_page_tells_how_each_engine_fares(world: World, admin: Client) -> None:
    engine_at(world.web, "https://x.example/")
    for milliseconds in (100,) * 9 + (2_000,):
        call_tallies.count(world.web.pk, engine="other", milliseconds=milliseconds, failed=milliseconds > 1_000)
    engine_health.note(world.web.pk, "other", Message(LedgerCode.ENGINE_STATUS, engine="other", status=500))
    call_tallies.buffer.flush()
    engine_health.buffer.flush()
    (row,) = [one for one in statistics.rows() if one.app == world.web]
    assert (row.calls, row.failed, row.days[0], sum(row.days)) == (10, 1, 10, 10)
    assert row.p50_ms is not None
    assert row.p95_ms is not None
    assert 90 <= row.p50_ms <= 110
    assert 1_800 <= row.p95_ms <= 2_200
    page = read(admin.get(OVERVIEW))
    assert f'data-app="{world.web.app_id}" data-engine="other" data-state="failing"' in page
    assert "other answered HTTP status 500" in page
    assert inline_code(page) == []


def test_an_app_without_engines_has_the_one_of_this_host(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {(row.app, row.row, row.name) for row in statistics.rows()} == {
        (world.web, None, "embedded"),
        (world.other_app, None, "embedded"),
    }
    monkeypatch.setattr(statistics, "is_installed", lambda: False)
    assert statistics.rows() == []


def test_the_number_of_statements_does_not_grow_with_the_apps(
    world: World, admin: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        engine_at(App.objects.create(app_id=f"app-{number}", name="x"), "https://x.example/")
    with django_assert_max_num_queries(20):
        admin.get(OVERVIEW)


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators(world: World, name: str) -> None:
    client = signed_in(getattr(world, name))
    assert client.get(OVERVIEW).status_code == 403
    assert client.get(f"/manage/engines/{world.web.pk}/try/").status_code == 403
    assert attempt(client, world.web).status_code == 403
