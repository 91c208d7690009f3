"""The search page, as a browser gets it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from moderation.models import Case
from review import preferences
from review.cases import bounded_read, search
from review.models import SavedView
from tests.factories import tasks
from tests.pages import fields, inline_code
from tests.review.pictures import with_pictures
from tests.stage import signed_in
from tests.world import World

PAGE = "/review/cases/"


@pytest.fixture
def alice(world: World) -> Client:
    tasks.waiting(world.nudity, app=world.web, count=3)
    return signed_in(world.alice)


def found(answer: Any) -> list[int]:
    return [int(case) for case in re.findall(r'data-case="(\d+)"', answer.content.decode())]


def test_the_page_lists_the_newest_and_says_that_these_are_all(alice: Client) -> None:
    answer = alice.get(PAGE)
    assert found(answer) == sorted(Case.objects.values_list("pk", flat=True), reverse=True)
    assert b"these are all" in answer.content


def test_the_filters_are_in_the_url_and_in_the_form(world: World, alice: Client) -> None:
    (task,) = tasks.waiting(world.default, app=world.web)
    answer = alice.get(PAGE, {"queue": "default", "label": "porn", "q": ""})
    assert found(answer) == [task.case_id]
    form = fields(answer.content.decode(), "search")
    assert (form["queue"], form["label"]) == (["default"], ["porn"])


def test_what_is_older_is_a_link_away_and_keeps_the_filters(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "PAGE", 2)
    first = alice.get(PAGE, {"state": "open"})
    assert b"there are older ones" in first.content
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first.content.decode())
    second = alice.get(PAGE + older.replace("&amp;", "&"))
    assert (len(found(first)), len(found(second))) == (2, 1)
    assert "state=open" in older
    assert b'rel="next"' not in second.content


@pytest.mark.parametrize(
    "query",
    [
        *({"sha256": "zz"}, {"queue": "no-such"}, {"since": "soon"}, {"state": "x"}, {"decidedBy": "x"}),
        {"q": "x" * 300},
    ],
)
def test_a_filter_that_cannot_be_is_marked_and_finds_nothing(alice: Client, query: dict[str, str]) -> None:
    answer = alice.get(PAGE, query)
    assert (answer.status_code, found(answer)) == (200, [])
    assert b"errorlist" in answer.content


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "~",
        "2020-01-01~1",
        "2020-01-01T00:00:00Z~x",
        "~" + "9" * 40,
        "0001-01-01T00:00:00+23:59~1",
        "9999-12-31T23:59:59-23:59~1",
    ],
)
def test_a_cursor_that_nobody_was_given_is_the_first_page(alice: Client, cursor: str) -> None:
    assert len(found(alice.get(PAGE, {"cursor": cursor}))) == 3


def test_a_search_that_is_too_wide_says_what_to_do(alice: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_wide(*args: Any, **kwargs: Any) -> None:
        raise bounded_read.TooWide

    monkeypatch.setattr(search, "find", too_wide)
    answer = alice.get(PAGE)
    assert (answer.status_code, found(answer)) == (200, [])
    assert b"too many cases" in answer.content


@pytest.mark.parametrize(("blur", "asked"), [(0, "thumbnail"), (1, "blurred?strength=1"), (3, "blurred")])
def test_every_picture_in_the_list_lies_under_its_readers_filter(
    world: World, alice: Client, blur: int, asked: str
) -> None:
    preferences.save({"filter": {"blur": blur, "grayscale": blur > 0, "categories": {}}}, by=world.alice)
    with_pictures(Case.objects.all())
    pictures = re.findall(r"<img[^>]*>", alice.get(PAGE).content.decode())
    assert len(pictures) == 3
    assert all(f'/{asked}"' in one and ("picture-blurred" in one) == (blur > 0) for one in pictures)
    assert all((" grey" in one) == (blur > 0) for one in pictures)


def test_who_is_in_no_queue_finds_nothing_and_is_told_why(world: World, alice: Client) -> None:
    answer = signed_in(world.mallory).get(PAGE, {"q": str(Case.objects.first().pk)})  # type: ignore[union-attr]
    assert (answer.status_code, found(answer)) == (200, [])
    assert b"in no queue" in answer.content
    assert b"Nudity" not in answer.content


def test_nobody_else_can_be_chosen_than_one_may_see(world: World, alice: Client) -> None:
    chosen = alice.get(PAGE).content.decode()
    assert "bob@example.test" in chosen
    assert "mallory@example.test" not in chosen
    assert "mallory@example.test" in signed_in(world.erin).get(PAGE).content.decode()


def test_texts_from_outside_are_escaped_and_no_code_is_inline(world: World, alice: Client) -> None:
    evil = '"><script>alert(1)</script>'
    Case.objects.filter(pk=Case.objects.latest("pk").pk).update(data_id=evil, token_id=evil, request_id=evil)
    html = alice.get(PAGE, {"tokenId": evil}).content.decode()
    assert "<script>alert" not in html
    assert html.count("&lt;script&gt;alert(1)") >= 3
    assert inline_code(html) == []


def test_a_page_reads_as_many_tables_however_many_cases_it_shows(
    world: World, alice: Client, django_assert_max_num_queries: Any
) -> None:
    tasks.waiting(world.nudity, app=world.web, count=search.PAGE)
    alice.get(PAGE)  # what is the same for everybody is counted every two seconds
    with django_assert_max_num_queries(20):
        assert len(found(alice.get(PAGE))) == search.PAGE


# --- saved views --------------------------------------------------------------------------------------------------


def save(client: Client, query: str, **said: str) -> Any:
    """What the form below the results sends."""
    sent = fields(client.get(f"{PAGE}?{query}").content.decode(), "save-view")
    return client.post(f"{PAGE}views/", sent | said)


def test_a_search_is_saved_from_the_page_and_found_again(alice: Client) -> None:
    answer = save(alice, "label=porn&queue=", name="Mine", shared="on")
    assert answer["Location"] == f"{PAGE}?label=porn"
    view = SavedView.objects.get()
    assert (view.name, view.query, view.shared) == ("Mine", "label=porn", True)
    assert b'href="?label=porn" aria-current="true"' in alice.get(f"{PAGE}?label=porn").content


def test_what_is_refused_is_said_and_the_filters_are_kept(alice: Client) -> None:
    answer = save(alice, "label=porn", name=" ")
    assert answer["Location"] == f"{PAGE}?label=porn"
    assert b"Give the view a name" in alice.get(answer["Location"]).content


def test_a_view_leads_nowhere_else(alice: Client) -> None:
    evil = {"name": "x", "query": "//evil.example/?q=1&next=https://evil.example"}
    answer = alice.post(f"{PAGE}views/", evil)
    assert answer["Location"] == PAGE
    assert not SavedView.objects.exists()


def test_a_view_is_deleted_by_its_owner(world: World, alice: Client) -> None:
    view = SavedView.objects.create(owner=world.alice, name="Mine", query="label=porn", shared=True)
    assert signed_in(world.bob).post(f"{PAGE}views/{view.pk}/delete").status_code == 404
    assert b"Delete the view" not in signed_in(world.bob).get(PAGE).content
    assert alice.post(f"{PAGE}views/{view.pk}/delete", {"query": "label=porn"})["Location"] == f"{PAGE}?label=porn"
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Sexually Explicit Content › Nudity › Swimwear"), ("zh-hans", "色情 › Nudity")]
)
def test_labels_are_named_and_their_identifiers_kept_at_hand(world: World, language: str, name: str) -> None:
    tasks.waiting(world.nudity, app=world.web)
    html = signed_in(world.alice).get(PAGE, headers={"Accept-Language": language}).content.decode()
    assert f'title="{name}' in html
