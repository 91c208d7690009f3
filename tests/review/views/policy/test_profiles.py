"""The page of starting policies: what one would change, in sentences, and applying it to the shared draft."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from moderation.policy import Scope, read
from moderation.policy.profiles import PROFILES, by_key
from moderation.policy_versions import draft, store
from tests.pages import fields
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/profiles/"


def shown(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def form(client: Client, query: str) -> dict[str, Any]:
    return fields(client.get(PAGE + query).content.decode(), "apply-profile")


@pytest.mark.parametrize("name", ["alice", "carol", "erin", "mallory"])
def test_administrators_alone_see_and_apply_them(world: World, name: str) -> None:
    client = signed_in(getattr(world, name))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}apply", {"profile": "dating"}).status_code == 403


def test_all_are_listed_with_what_they_are_for(admin: Client, world: World) -> None:
    page = shown(admin.get(PAGE))
    for profile in PROFILES:
        assert profile.name in page
        assert profile.about in page


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.key)
def test_each_is_told_in_sentences_with_its_reasons(admin: Client, world: World, profile: Any) -> None:
    page = shown(admin.get(PAGE, {"profile": profile.key}))
    for number in profile.numbers:
        assert number.why in page
    assert draft.current().is_empty, "looking changes nothing"


def test_it_goes_into_the_draft_as_it_was_shown(admin: Client, world: World) -> None:
    store.put_in_force(
        {"rules": [{"name": "minors first", "queue": "nudity", "when": {"label": ["minor"]}}]}, by="tests"
    )
    sent = form(admin, "?profile=dating&app=web&event=avatar")
    assert admin.post(f"{PAGE}apply", sent).status_code == 302
    found = draft.current()
    (section,) = found.policy.sections
    assert (section.name, section.scope) == ("Dating · web · avatar", Scope(app="web", event="avatar"))
    assert len(found.policy.rules) == 1
    dating = by_key("dating")
    assert dating
    assert set(section.thresholds) == {number.label for number in dating.numbers}
    again = shown(admin.get(PAGE, {"profile": "dating", "app": "web", "event": "avatar"}))
    assert "The draft says all of this already." in again


def test_unusual_flags_of_a_new_section_are_told(admin: Client, world: World) -> None:
    page = shown(admin.get(PAGE, {"profile": "education"}))
    assert "labels without a threshold are reviewed" in page
    assert "a person confirms each rejection" in page
    assert "without a threshold" not in shown(admin.get(PAGE, {"profile": "forum"}))


def test_it_is_told_against_the_draft(admin: Client, world: World) -> None:
    body = {"sections": [{"name": "everywhere", "thresholds": {"porn": {"review": 100, "reject": 200}}}]}
    store.put_in_force(body, by="tests")
    page = shown(admin.get(PAGE, {"profile": "dating"}))
    assert (
        "In everywhere, Sexually Explicit Content is reviewed from 300 (was 100) and rejected from 600 (was 200)."
        in page
    )


def test_somebody_who_was_quicker_is_not_overwritten(admin: Client, world: World) -> None:
    sent = form(admin, "?profile=dating")
    first = form(admin, "?profile=forum")
    assert admin.post(f"{PAGE}apply", first).status_code == 302
    answer = admin.post(f"{PAGE}apply", sent)
    assert answer.status_code == 409
    assert "Somebody else has changed the draft meanwhile." in shown(answer)
    (section,) = draft.current().policy.sections
    assert section.name == "Communities and forums"
    assert admin.post(f"{PAGE}apply", fields(answer.content.decode(), "apply-profile")).status_code == 302


def test_a_scope_that_would_be_as_specific_as_another_is_refused_with_its_reason(admin: Client, world: World) -> None:
    store.put_in_force({"sections": [{"name": "live", "scope": {"event": "live"}}]}, by="tests")
    answer = admin.get(PAGE, {"profile": "dating", "app": "web"})
    assert answer.status_code == 422
    assert "Is as specific as section “live”" in shown(answer)
    sent = {"profile": "dating", "app": "web", "event": "", "version": "0", "base": str(draft.current().base)}
    assert admin.post(f"{PAGE}apply", sent).status_code == 422
    assert draft.current().is_empty


@pytest.mark.parametrize("sent", [{"profile": "nobody"}, {"profile": ""}, {"profile": "dating", "app": "nobody"}])
def test_what_is_unknown_is_refused(admin: Client, world: World, sent: dict[str, str]) -> None:
    assert admin.get(PAGE, sent).status_code == 422
    assert admin.post(f"{PAGE}apply", sent).status_code == 422


def test_the_page_in_chinese(world: World) -> None:
    client = signed_in(world.dave, headers={"accept-language": "zh-hans"})
    page = shown(client.get(PAGE, {"profile": "education"}))
    assert "儿童面前不应有任何性感内容。" in page
    assert not re.search(r"Nothing suggestive", page)
    read(0, draft.current().body)
