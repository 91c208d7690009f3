"""A result that says more than a page can hold: the first of it is shown, and it is told how much there is."""

from __future__ import annotations

import json
import time
from typing import Any

from django.test import Client

from moderation.contract import json_text, parse_submission
from moderation.intake.accept import accept
from review.presentation import task_json
from review.presentation.evidence import MOST_CHARACTERS, MOST_LABELS
from review.presentation.short_result import MOST_ITEMS
from tests.factories import bodies
from tests.factories.verdicts import take_lease
from tests.stage import signed_in
from tests.world import World


def take_in(world: World, **changes: Any) -> None:
    body = json_text.loads(json.dumps(bodies.envelope(**changes)).encode())
    accept(parse_submission(body), app=world.web, by=world.key)


def leased(world: World) -> dict[str, Any]:
    (task,) = task_json.tasks([take_lease(world.default, by=world.alice)])
    return dict(task)


def faces(count: int) -> dict[str, Any]:
    return {"riskSource": 1002, "faces": [{"location": [n, 0, n + 9, 9]} for n in range(count)]}


def test_of_8000_faces_500_are_sent_and_the_rest_is_counted_in_no_time(world: World) -> None:
    """They took 32 seconds to post and 15 to lease."""
    began = time.thread_time()
    take_in(world, riskDetail=faces(8000), allLabels=[])
    task = leased(world)
    assert time.thread_time() - began < 3
    assert (len(task["evidence"]), task["evidenceTotal"]) == (500, 8000)
    assert len(task["result"]["riskDetail"]["faces"]) == MOST_ITEMS
    assert task["result"]["riskLevel"] == "REVIEW"


def test_of_thousands_of_labels_the_surest_are_sent(world: World) -> None:
    label = {"riskLevel": "REVIEW", "riskLabel1": "ad"}
    take_in(world, allLabels=[label | {"riskLabel2": str(n), "probability": n / 1000} for n in range(900)])
    task = leased(world)
    assert (len(task["labels"]), task["labelsTotal"]) == (MOST_LABELS, 900)
    assert min(one["probability"] for one in task["labels"]) == 0.4


def test_of_a_long_text_the_beginning_is_sent_and_what_is_marked_behind_it_is_listed(world: World) -> None:
    segments = [{"segment": "yes", "position": [0, 3]}, {"segment": "end", "position": [200_001, 200_004]}]
    take_in(world, riskDetail={"ocrText": {"text": f"yes{' ' * 199_998}end"}, "riskSegments": segments})
    text = leased(world)["text"]
    assert (len(text["text"]), text["length"]) == (MOST_CHARACTERS, 200_004)
    assert [(one["word"], one["start"]) for one in text["spans"]] == [("yes", 0)]
    assert text["unresolved"] == [{"kind": "risk", "word": "end"}]


def test_of_thousands_of_words_it_is_told_how_many_there_are(world: World) -> None:
    words = [{"word": f"w{n}"} for n in range(4000)]
    take_in(world, riskDetail={"ocrText": {"text": "x"}, "matchedLists": [{"name": "a", "words": words}]})
    text = leased(world)["text"]
    assert (len(text["unresolved"]), text["matches"]) == (500, 4000)


def test_an_ordinary_result_is_sent_whole_and_without_totals(world: World) -> None:
    take_in(world, riskDetail=faces(300))
    task = leased(world)
    assert len(task["result"]["riskDetail"]["faces"]) == len(task["evidence"]) - 1 == 300  # one more in its label
    assert not {"evidenceTotal", "labelsTotal"} & set(task)
    assert not {"length", "matches"} & set(task["text"])


def test_the_cases_page_says_it_too(client: Client, world: World) -> None:
    take_in(world, riskDetail=faces(8000))
    case = take_lease(world.default, by=world.alice).case
    page = signed_in(world.alice).get(f"/review/cases/{case.pk}/").content.decode()
    assert "The first 500 of 8,001 boxes." in page
    assert page.count("data-evidence-id") == 500
