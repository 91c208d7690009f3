"""The engines of an app, in their panel."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from moderation.engines.configure import Entry, set_engines
from moderation.engines.kinds import settings_of
from tests.pages import fields, inline_code, submit
from tests.stage import signed_in
from tests.world import World

KEY = "the-vendors-key"
VENDOR = Entry("deepcleer", {"cluster": "singapore", "accessKey": KEY}, "review")


def path(world: World) -> str:
    return f"/manage/apps/{world.web.pk}/engines/"


def read(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def kinds(world: World) -> list[str]:
    return [row.kind for row in world.web.engines.order_by("order")]


def test_engines_are_added_one_by_one(world: World, admin: Client) -> None:
    added = submit(admin, f"{path(world)}?add=deepcleer", "engines_form", {"0-accessKey": KEY})
    assert added.status_code == 302
    assert submit(admin, f"{path(world)}?add=embedded", "engines_form", {"1-order": "1"}).status_code == 302
    assert kinds(world) == ["deepcleer", "embedded"]
    row = world.web.engines.get(kind="deepcleer")
    assert settings_of(row) == {"cluster": "silicon-valley", "accessKey": KEY}


def test_the_form_shows_no_key_and_keeps_it(world: World, admin: Client) -> None:
    set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    page = read(admin.get(path(world)))
    assert KEY not in page
    assert inline_code(page) == []
    assert fields(page, "engines_form")["0-on_failure"] == ["review"]
    assert submit(admin, path(world), "engines_form", {"0-cluster": "silicon-valley"}).status_code == 302
    assert settings_of(world.web.engines.get()) == {"cluster": "silicon-valley", "accessKey": KEY}


def test_their_order_changes_and_one_is_taken_out(world: World, admin: Client) -> None:
    set_engines(app=world.web, engines=[VENDOR, Entry("embedded")], by=world.dave)
    submit(admin, path(world), "engines_form", {"0-order": "5"})
    assert kinds(world) == ["embedded", "deepcleer"]
    submit(admin, path(world), "engines_form", {"0-remove": "on"})
    assert kinds(world) == ["deepcleer"]


def test_what_cannot_work_is_told_above_the_fields(world: World, admin: Client) -> None:
    answer = submit(admin, f"{path(world)}?add=http", "engines_form", {"0-url": "ftp://x.example/"})
    assert "https://" in read(answer, 422)
    assert kinds(world) == []


def test_two_people_who_save_at_once(world: World, admin: Client) -> None:
    sent = fields(read(admin.get(f"{path(world)}?add=embedded")), "engines_form")
    set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    page = read(admin.post(path(world), sent), 409)
    assert kinds(world) == ["deepcleer"]
    both = fields(page, "engines_form")
    assert both["kind"] == ["embedded", "deepcleer"]
    assert admin.post(path(world), both).status_code == 302
    assert sorted(kinds(world)) == ["deepcleer", "embedded"]


def test_what_was_typed_stays_when_a_colleague_was_quicker(world: World, admin: Client) -> None:
    """Also what is secret; and what was not changed is as the colleague left it."""
    (row, _) = set_engines(app=world.web, engines=[VENDOR, Entry("embedded")], by=world.dave)
    sent = fields(read(admin.get(f"{path(world)}?add=http")), "engines_form")
    sent |= {"0-accessKey": ["typed-1"], "2-url": ["https://x.example/"], "2-accessKey": ["typed-2"]}
    colleague = Entry("deepcleer", {"cluster": "silicon-valley"}, "fail", keeps=row.pk)
    set_engines(app=world.web, engines=[colleague], by=world.dave)
    page = read(admin.post(path(world), sent), 409)
    merged = fields(page, "engines_form")
    assert merged["kind"] == ["deepcleer", "http"]  # the colleague took out the embedded one, which nobody touched
    assert merged["keeps"] == [str(row.pk), ""]
    expected = {"0-cluster": "silicon-valley", "0-on_failure": "fail", "0-accessKey": "typed-1"}
    expected |= {"1-url": "https://x.example/", "1-accessKey": "typed-2"}
    assert {name: merged[name] for name in expected} == {name: [value] for name, value in expected.items()}
    assert admin.post(path(world), merged).status_code == 302
    assert [settings_of(one).get("accessKey") for one in world.web.engines.order_by("order")] == ["typed-1", "typed-2"]


def test_one_that_a_colleague_took_out_is_added_again_only_when_it_was_changed(world: World, admin: Client) -> None:
    set_engines(app=world.web, engines=[VENDOR, Entry("embedded")], by=world.dave)
    sent = fields(read(admin.get(path(world))), "engines_form") | {"0-on_failure": ["fail"]}
    set_engines(app=world.web, engines=[], by=world.dave)
    merged = fields(read(admin.post(path(world), sent), 409), "engines_form")
    assert (merged["kind"], merged["keeps"], merged["0-on_failure"]) == (["deepcleer"], [""], ["fail"])
    read(admin.post(path(world), merged), 422)  # its key is gone with it


def test_a_key_that_was_typed_stays_when_something_else_is_wrong(world: World, admin: Client) -> None:
    answer = submit(admin, f"{path(world)}?add=http", "engines_form", {"0-url": "ftp://x", "0-accessKey": KEY})
    assert fields(read(answer, 422), "engines_form")["0-accessKey"] == [KEY]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"kind": ["guess"], "keeps": ["x"]},
        {"kind": ["embedded"] * 50, "keeps": [""] * 50},
        {"kind": ["embedded"], "keeps": ["9" * 5_000]},
        {"kind": ["embedded"], "keeps": ["\u0664"]},
    ],
)
def test_made_up_forms_change_nothing(world: World, admin: Client, sent: dict[str, Any]) -> None:
    set_engines(app=world.web, engines=[VENDOR], by=world.dave)
    assert admin.post(path(world), sent).status_code in (409, 422)
    assert kinds(world) == ["deepcleer"]


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_only_administrators(world: World, name: str) -> None:
    client = signed_in(getattr(world, name))
    assert client.get(path(world)).status_code == 403
    assert client.post(path(world)).status_code == 403
