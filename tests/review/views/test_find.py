"""The page and the part that the field in the bar leads to."""

from __future__ import annotations

import pytest
from django.test import Client

from moderation.models import Case
from tests.factories import tasks
from tests.pages import inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/find/"


@pytest.fixture
def case(world: World) -> Case:
    tasks.waiting(world.nudity, app=world.web)
    return Case.objects.get()


def test_every_page_has_the_field_and_the_stage_does_not(world: World, case: Case) -> None:
    client = signed_in(world.alice)
    for page in ("/", "/review/cases/", "/review/my-work/", f"/review/cases/{case.pk}/", PAGE):
        assert b'id="find-field"' in client.get(page).content, page
    assert b'id="find-field"' not in client.get("/review/").content
    assert b'id="find-field"' not in Client().get("/accounts/login/").content


def test_what_is_found_is_shown_with_its_address(world: World, case: Case) -> None:
    html = signed_in(world.dave).get(PAGE, {"q": case.request_id}).content.decode()
    assert f'data-case="{case.pk}"' in html
    html = signed_in(world.dave).get(PAGE, {"q": "bob"}).content.decode()
    assert "bob@example.test" in html
    html = signed_in(world.alice).get(PAGE, {"q": "nudity"}).content.decode()
    assert "/review/queues/nudity/" in html
    assert "?label=porn" in html


def test_the_part_alone_is_for_htmx(world: World, case: Case) -> None:
    html = signed_in(world.alice).get(PAGE, {"q": case.request_id}, headers={"HX-Request": "true"}).content.decode()
    assert f'data-case="{case.pk}"' in html
    assert "<html" not in html


def test_nothing_is_found_for_a_stranger_and_nothing_of_it_told(world: World, case: Case) -> None:
    answer = signed_in(world.mallory).get(PAGE, {"q": case.request_id})
    assert answer.status_code == 200
    assert f'data-case="{case.pk}"' not in answer.content.decode()
    assert Client().get(PAGE).status_code == 302


def test_what_was_typed_is_escaped(world: World) -> None:
    html = signed_in(world.alice).get(PAGE, {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in html
    assert inline_code(html) == []
