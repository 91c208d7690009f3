"""The page of known pictures, and adding the picture of a case."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from moderation.models import Case, KnownPicture
from review.views.policy import known_pictures
from tests.factories import pictures, tasks
from tests.pages import fields, inline_code
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/known-pictures/"


def read(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:500]
    return html.unescape(answer.content.decode())


@pytest.fixture
def case(world: World) -> Case:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    pictures.show(task.case, pictures.animation(3))
    return task.case


@pytest.fixture(autouse=True)
def _likeness(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the engine of this host tells it, which is not started here: tests/moderation/engines asks the real one."""
    monkeypatch.setattr(known_pictures, "likeness_of", lambda picture: "f" * 64)


def test_a_moderator_adds_the_picture_of_a_case(world: World, case: Case, admin: Client) -> None:
    alice = signed_in(world.alice)
    path = f"/review/cases/{case.pk}/"
    form = fields(read(alice.get(path)), "add-known")
    answer = alice.post(f"{path}known", form | {"label": "porn", "note": "again"})
    assert (answer.status_code, answer["Location"]) == (302, path)
    row = KnownPicture.objects.get()
    assert (row.app, row.label, row.note, row.case, row.added_by) == (world.web, "porn", "again", case, world.alice)
    assert (row.sha256, row.likeness) == (case.picture_fetch.picture_id, "f" * 64)
    page = read(admin.get(PAGE))
    assert row.sha256 in page
    assert f'href="{path}"' in page
    assert inline_code(page) == []


def test_a_label_that_nobody_knows_is_refused_with_words(world: World, case: Case) -> None:
    alice = signed_in(world.alice)
    page = read(alice.post(f"/review/cases/{case.pk}/known", {"label": "no\0such"}, follow=True))
    assert "There is no label “nosuch” in the catalogue." in page
    assert not KnownPicture.objects.exists()


def test_a_case_without_a_picture_has_nothing_to_add(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    alice = signed_in(world.alice)
    assert 'id="add-known"' not in read(alice.get(f"/review/cases/{task.case_id}/"))
    assert "There is no picture" in read(
        alice.post(f"/review/cases/{task.case_id}/known", {"label": "porn"}, follow=True)
    )


def test_auditors_are_not_offered_it(world: World, case: Case) -> None:
    erin = signed_in(world.erin)
    assert 'id="add-known"' not in read(erin.get(f"/review/cases/{case.pk}/"))
    assert erin.post(f"/review/cases/{case.pk}/known", {"label": "porn"}).status_code == 403


def test_an_administrator_removes_one(world: World, admin: Client) -> None:
    row = KnownPicture.objects.create(app=world.web, sha256="a" * 64, label="porn")
    assert admin.post(f"{PAGE}{row.pk}/remove").status_code == 302
    assert not KnownPicture.objects.exists()
    assert admin.post(f"{PAGE}{row.pk}/remove").status_code == 404


def test_they_are_listed_by_app_and_page(world: World, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_pictures, "ON_A_PAGE", 2)
    rows = [KnownPicture.objects.create(app=world.web, sha256=str(n) * 64, label="porn") for n in range(3)]
    KnownPicture.objects.create(app=world.other_app, sha256="f" * 64, label="porn")
    first = read(admin.get(f"{PAGE}?app={world.web.app_id}"))
    assert [f'data-known="{row.pk}"' in first for row in rows] == [False, True, True]
    older = f"?before={rows[1].pk}&app={world.web.app_id}"
    assert f'href="{older}"' in first
    assert f'data-known="{rows[0].pk}"' in read(admin.get(PAGE + older))


@pytest.mark.parametrize("query", ["?app=%0A", "?before=" + "9" * 5000, "?before=x", "?app=none"])
def test_made_up_queries_are_the_whole_list(world: World, admin: Client, query: str) -> None:
    assert read(admin.get(PAGE + query))
