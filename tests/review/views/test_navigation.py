"""The bar's sections, the line of links under it, and the counts of what waits for somebody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import caches

from moderation.models import CallbackAddress, Label, Quarantined
from review.cases import attention
from review.installation import setup
from tests.factories.tasks import waiting
from tests.stage import signed_in
from tests.world import World

BAR = re.compile(r'<nav class="bar-links".*?</nav>', re.DOTALL)
LINE = re.compile(r'<nav class="sub".*?</nav>', re.DOTALL)
EVERYBODY = ["Board", "Cases", "My work"]


def shown(person: Any, path: str, part: re.Pattern[str]) -> str:
    html = signed_in(person).get(path).content.decode()
    found = part.search(html)
    return found.group() if found else ""


def names(html: str) -> list[str]:
    return [name.strip() for name in re.findall(r"<a [^>]*>([^<]+)", html)]


@pytest.mark.parametrize(
    ("name", "sections"),
    [
        ("alice", EVERYBODY),
        ("carol", [*EVERYBODY, "Try a picture", "Reports"]),
        ("dave", [*EVERYBODY, "Policy", "Reports", "Manage"]),
        ("erin", [*EVERYBODY, "Manage"]),
    ],
)
def test_each_role_has_the_sections_that_it_may_open(world: World, name: str, sections: list[str]) -> None:
    assert names(shown(getattr(world, name), "/", BAR)) == sections


def test_every_link_that_is_shown_opens(world: World) -> None:
    for person in (world.alice, world.carol, world.dave, world.erin):
        client = signed_in(person)
        for address in re.findall(r'href="([^"]+)"', shown(person, "/", BAR)):
            answer = client.get(address, follow=True)
            assert answer.status_code == 200, (person, address)
            assert 'aria-current="' in BAR.search(answer.content.decode()).group(), address  # type: ignore[union-attr]


@pytest.mark.parametrize(("name", "current"), [("carol", "Try a picture"), ("dave", "Policy")])
def test_trying_a_picture_belongs_to_what_a_person_has(world: World, name: str, current: str) -> None:
    bar = shown(getattr(world, name), "/try/", BAR)
    assert re.findall(r'aria-current="\w+">([\w ]+)', bar) == [current]


def test_a_page_of_a_section_is_marked_in_its_line_of_links(world: World) -> None:
    line = shown(world.dave, "/review/labels/", LINE)
    edited = ["Thresholds", "Routing rules", "Labels", "Profiles", "Disposal", "Word lists", "Known pictures"]
    assert names(line) == [*edited, "Replays", "Versions", "Try a picture"]
    assert re.findall(r'aria-current="page">(\w+)', line) == ["Labels"]


@pytest.mark.parametrize(
    ("path", "form", "name"),
    [
        ("/review/thresholds/change", {"act": "flag", "level": "many"}, "Thresholds"),
        ("/review/word-lists/create", {}, "Word lists"),
        ("/review/rules/versions/", None, "Versions"),
        ("/review/rules/", None, "Routing rules"),
        ("/review/draft/try/", None, "Routing rules"),
    ],
)
def test_so_is_one_at_an_address_of_its_own(world: World, path: str, form: dict[str, str] | None, name: str) -> None:
    browser = signed_in(world.dave)
    answer = browser.get(path) if form is None else browser.post(path, form)
    line = LINE.search(answer.content.decode())
    assert line
    mark = "page" if path in ("/review/rules/", "/review/rules/versions/") else "true"
    assert re.findall(r'aria-current="(\w+)">([^<]+?)\s*<', line.group()) == [(mark, name)]


def test_a_page_alone_in_its_section_has_no_line(world: World) -> None:
    assert shown(world.dave, "/", LINE) == ""


def test_manage_leads_to_the_first_page_of_who_may_and_refuses_others(world: World) -> None:
    assert signed_in(world.dave).get("/manage/").status_code == 200  # the set-up checklist
    setup.dismiss(by=world.dave)
    assert signed_in(world.dave).get("/manage/").status_code == 302
    assert signed_in(world.alice).get("/manage/").status_code == 403
    assert signed_in(None).get("/manage/")["Location"].startswith("/accounts/login/")


def test_what_waits_for_somebody_is_counted(world: World) -> None:
    before = attention.for_administrators()["unnamed_labels"]
    address = CallbackAddress.objects.create(app=world.web, name="main", secret_sha256="0" * 64)
    Quarantined.objects.create(address=address, body=b"{", sha256="1" * 64)
    Label.objects.create(risk_label1="porn", risk_label2="weixian", raw_risk_label1="porn")
    caches["process"].clear()
    assert attention.for_administrators() == {
        "quarantine": 1,
        "dead_deliveries": 0,
        "unnamed_labels": before + 1,
    }
    assert ">1<span" in shown(world.dave, "/review/labels/", BAR)


def test_only_what_is_handed_to_me_is_counted_in_my_work(world: World) -> None:
    (one,) = waiting(world.nudity, app=world.web)
    one.owner = world.bob
    one.save(update_fields=["owner"])
    assert attention.asked_of(world.bob) == 1
    assert attention.asked_of(world.alice) == 0
    assert ">1<span" in shown(world.bob, "/", BAR)
    assert "count" not in shown(world.alice, "/", BAR)
