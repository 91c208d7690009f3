"""Our copies of pictures: who gets them, and what every answer says."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client

from moderation.media import store
from moderation.media.storage import picture_storage
from moderation.models import Case
from review.presentation.image_json import image_of
from tests.factories import pictures, tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World

PEOPLE = {"alice": 200, "carol": 200, "dave": 200, "erin": 200, "mallory": 404, "nobody": 404}
STRENGTHS = (
    "?strength=1",
    "?strength=2",
    "",
    "?strength=3",
    "?strength=0",
    "?strength=",
    "?strength=x",
    "?strength=01",
)
ENDS = ("web", "preview", "blurred", "thumbnail", "frame/0", "frame/4", "frame/0/preview", "frame/4/preview")


@pytest.fixture
def case(world: World) -> Case:
    """An animation of five frames that waits in *nudity*."""
    (task,) = tasks.waiting(world.nudity, app=world.web)
    pictures.show(task.case, pictures.animation(5))
    return task.case


def get(person: Any, case: Case, end: str = "web", **headers: str) -> Any:
    return signed_in(person).get(f"/review/pictures/{case.pk}/{end}", headers=headers)


@pytest.mark.parametrize("name", PEOPLE)
def test_each_person_gets_what_the_table_says(world: World, case: Case, name: str) -> None:
    for end in ENDS:
        answer = get(getattr(world, name, None), case, end)
        assert answer.status_code == PEOPLE[name], end
        assert answer.content.startswith(b"\xff\xd8\xff") == (PEOPLE[name] == 200)


def test_every_answer_is_private_and_can_do_nothing(world: World, case: Case) -> None:
    for end, again in product(ENDS, ({}, {"If-None-Match": "*"})):
        answer = get(world.alice, case, end, **again)
        assert answer.status_code == (304 if again else 200)
        assert answer["Cache-Control"] == "private, no-cache"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert again or answer["Content-Type"] == "image/jpeg"


def test_an_access_key_opens_no_picture(world: World, case: Case) -> None:
    assert Client().get(f"/review/pictures/{case.pk}/web", headers=world.bearer).status_code == 404


def test_after_signing_out_it_is_gone(world: World, case: Case) -> None:
    browser = signed_in(world.alice)
    address = f"/review/pictures/{case.pk}/web"
    etag = browser.get(address)["ETag"]
    assert browser.get(address, headers={"If-None-Match": etag}).status_code == 304
    browser.logout()
    assert browser.get(address).status_code == 404
    assert browser.get(address, headers={"If-None-Match": etag}).status_code == 404


def test_who_leaves_the_queue_or_is_deactivated_sees_it_no_more(world: World, case: Case) -> None:
    bob, alice = signed_in(world.bob), signed_in(world.alice)
    world.nudity.members.remove(world.bob)
    type(world.alice).objects.filter(pk=world.alice.pk).update(is_active=False)
    for browser in (bob, alice):
        assert browser.get(f"/review/pictures/{case.pk}/web").status_code == 404


def test_a_browser_that_has_it_is_not_sent_it_again(world: World, case: Case, settings: Any) -> None:
    etag = get(world.alice, case)["ETag"]
    settings.STORAGES = settings.STORAGES | {"pictures": unreachable()}  # the store is not even asked
    again = get(world.alice, case, **{"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert get(world.alice, case, "preview", **{"If-None-Match": etag}).status_code == 503


def test_head_tells_of_it_without_sending_it(world: World, case: Case) -> None:
    answer = signed_in(world.alice).head(f"/review/pictures/{case.pk}/web")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer["Content-Length"]) == len(get(world.alice, case).content)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_there_is_nothing_to_change(world: World, case: Case, method: str) -> None:
    ask = getattr(signed_in(world.alice), method)
    assert ask(f"/review/pictures/{case.pk}/web").status_code == 405
    assert ask(f"/review/pictures/{case.pk}/frame/0").status_code == 405


@pytest.mark.parametrize(
    "end", ["", "frame", "frame/", "frame/5", "frame/-1", "frame/9999999999", "frame/0/web", "WEB", "web/", "sha256"]
)
def test_what_there_is_not_is_a_404(world: World, case: Case, end: str) -> None:
    assert get(world.alice, case, end).status_code == 404


def test_frames_are_their_own_pictures(world: World, case: Case) -> None:
    shown = [get(world.alice, case, f"frame/{number}").content for number in range(5)]
    assert len(set(shown)) == 5
    assert shown[0] == get(world.alice, case, "web").content
    assert len(get(world.alice, case, "frame/4/preview").content) < len(shown[4]) + 1


def test_a_still_picture_has_no_frames(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    pictures.show(task.case, pictures.still())
    assert get(world.alice, task.case).status_code == 200
    assert get(world.alice, task.case, "frame/0").status_code == 404


def test_the_full_size_is_where_the_copy_has_fewer_pixels(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    pictures.show(task.case, pictures.still((2600, 1800)))
    assert get(world.alice, task.case, "full").content.startswith(b"\xff\xd8\xff")
    assert get(world.mallory, task.case, "full").status_code == 404
    assert image_of(task.case.picture_fetch)["fullUrl"] == f"/review/pictures/{task.case.pk}/full"
    pictures.show(task.case, pictures.still())
    assert get(world.alice, task.case, "full").status_code == 404
    assert "fullUrl" not in image_of(type(task.case).objects.get(pk=task.case.pk).picture_fetch)


def test_the_strength_of_blur_is_asked_for_and_a_fault_shows_the_strongest(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    shown = pictures.show(task.case, pictures.still((1200, 900)))
    copies = {ask: get(world.alice, task.case, f"blurred{ask}").content for ask in STRENGTHS}
    light, medium, strong = (store.get(key) for key in shown.blurs)
    assert len({light, medium, strong}) == 3
    assert (copies["?strength=1"], copies["?strength=2"]) == (light, medium)
    assert {copies[ask] for ask in STRENGTHS[2:]} == {strong}
    type(shown).objects.update(blurred_light="", blurred_medium="")  # of before there was a ladder
    assert {get(world.alice, task.case, f"blurred{ask}").content for ask in STRENGTHS} == {strong}


def test_a_case_without_a_picture_is_a_404(world: World) -> None:
    (task,) = tasks.waiting(world.nudity, app=world.web)
    assert get(world.alice, task.case).status_code == 404


def test_a_file_that_the_store_lost_is_a_404(world: World, case: Case) -> None:
    store.remove(pictures.show(case, pictures.animation(5)).web)
    assert get(world.alice, case).status_code == 404


def test_a_store_that_is_down_is_a_503_to_be_tried_again(world: World, case: Case, settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {"pictures": unreachable()}
    answer = get(world.alice, case)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert get(world.mallory, case).status_code == 404  # and is told to nobody else


def test_the_one_who_decided_still_sees_it(world: World, case: Case) -> None:
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    assert get(world.alice, case).status_code == 200


def unreachable() -> dict[str, Any]:
    return picture_storage("s3://pictures", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
