"""Words that we located, as the stage and the case page are sent them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import App
from moderation.models import Case, LocatedText, MachineResult
from review.presentation import task_json
from tests.factories import tasks
from tests.factories.verdicts import take_lease
from tests.review.pictures import with_pictures
from tests.world import World

# The text is "add me 12345"; the machine marked "add me" as a risk and "12345" as a word of its list "contacts".
AT = [[20.0, 30.0, 90.0, 30.0, 90.0, 50.0, 20.0, 50.0], False]
TURNED = [[20.0, 30.0, 90.0, 40.0, 88.0, 60.0, 18.0, 50.0], True]


@pytest.fixture
def task(world: World) -> Any:
    tasks.waiting(world.nudity, app=world.web)
    with_pictures(Case.objects.all())
    return take_lease(world.nudity, by=world.alice)


def located(*places: dict[str, Any], **fields: Any) -> None:
    LocatedText.objects.create(
        case=Case.objects.get(), revision=1, **{"state": "done", "places": list(places)} | fields
    )


def shown(task: Any) -> dict[str, Any]:
    (found,) = task_json.tasks([task])
    return dict(found)


def test_each_marked_word_has_its_box_and_says_that_it_is_ours(task: Any) -> None:
    located({"start": 0, "end": 6, "at": [AT]}, {"start": 7, "end": 12, "at": [TURNED]})
    found = shown(task)
    ours = [box for box in found["evidence"] if box.get("locatedBy")]
    assert ours == [
        {
            "id": "located-1",
            "kind": "text",
            "name": "add me",
            "probability": None,
            "location": [20.0, 30.0, 90.0, 50.0],
            "locatedBy": "us",
        },
        {
            "id": "located-2",
            "kind": "text",
            "name": "12345",
            "probability": None,
            "location": [18.0, 30.0, 90.0, 60.0],
            "polygon": TURNED[0],
            "locatedBy": "us",
        },
    ]
    assert [span.get("evidence") for span in found["text"]["spans"]] == [["located-1"], ["located-2"]]
    assert all("locatedBy" not in box for box in found["evidence"] if box["kind"] == "face")


def test_the_machine_s_result_stays_as_it_came(task: Any) -> None:
    before = shown(task)["result"]
    located({"start": 0, "end": 6, "at": [AT]})
    assert shown(task)["result"] == before


def test_words_that_were_not_found_are_marked_in_the_text_alone(task: Any) -> None:
    located()
    found = shown(task)
    assert [span.get("evidence") for span in found["text"]["spans"]] == [None, None]
    assert "locating" not in found["text"]


def test_the_stage_is_told_while_places_may_come_soon(task: Any) -> None:
    located(state="pending")
    assert shown(task)["text"]["locating"] is True
    LocatedText.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "locating" not in shown(task)["text"]


def test_places_are_of_the_upright_picture_however_the_machine_counts(world: World, task: Any) -> None:
    App.objects.update(locations_count_in=App.Turned.STORED)
    with_pictures(Case.objects.all())
    picture = Case.objects.get().picture_fetch.picture
    assert picture
    picture.orientation = 6
    picture.save()
    located({"start": 0, "end": 6, "at": [AT]})
    task.case = Case.objects.select_related("app", "picture_fetch__picture").get()
    (box,) = [box for box in shown(task)["evidence"] if box.get("locatedBy")]
    assert box["location"] == [20.0, 30.0, 90.0, 50.0]


def test_places_beyond_the_picture_are_cut_at_its_edge(task: Any) -> None:
    located({"start": 0, "end": 6, "at": [[[-5.0, 30.0, 900.0, 30.0, 900.0, 50.0, -5.0, 50.0], False]]})
    (box,) = [box for box in shown(task)["evidence"] if box.get("locatedBy")]
    assert (box["location"], box["clamped"]) == ([0.0, 30.0, 400.0, 50.0], True)


def test_the_case_page_draws_them_too(client: Any, world: World, task: Any) -> None:
    located({"start": 0, "end": 6, "at": [AT]})
    client.force_login(world.carol)
    page = client.get(f"/review/cases/{Case.objects.get().pk}/").content.decode()
    assert "located by us" in page
    assert MachineResult.objects.count() == 1
