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
    read(admin.post(path(world), sent), 409)
    assert kinds(world) == ["deepcleer"]


@pytest.mark.parametrize(
    "sent", [{}, {"kind": ["guess"], "keeps": ["x"]}, {"kind": ["embedded"] * 50, "keeps": [""] * 50}]
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
