"""Words of our own lists where people and customers see them."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.contract import json_text
from moderation.models import FinalResult, MachineResult
from review.presentation import task_json
from tests.factories import endpoints, tasks
from tests.factories.verdicts import decide, take_lease
from tests.world import World

# The text is "add me 12345"; the machine marked "add me" as a risk and "12345" as a word of its list "contacts".
ME = {"list": "ours", "word": "me", "start": 4, "end": 6}
ALL = {"list": "ours", "word": "add me 12345", "start": 0, "end": 12}
THE_MACHINES = {"list": "contacts", "word": "12345", "start": 7, "end": 12}


@pytest.fixture
def task(world: World) -> Any:
    tasks.waiting(world.nudity, app=world.web)
    return take_lease(world.nudity, by=world.alice)


def listed(*found: dict[str, Any]) -> None:
    """As intake would have stored it; a machine result is never changed."""
    kept = MachineResult.objects.get()
    MachineResult.objects.all().delete()
    kept.pk, kept.listed = None, list(found)
    kept.save(force_insert=True)


def test_the_stage_is_sent_our_words_among_the_machines_in_order_and_once(world: World, task: Any) -> None:
    listed(ME, ALL, ME, THE_MACHINES)
    (shown,) = task_json.tasks([task])
    assert shown["text"]["spans"] == [
        {"start": 0, "end": 6, "kind": "risk", "word": "add me"},
        {**ALL, "kind": "list"},
        {**ME, "kind": "list"},
        {**THE_MACHINES, "kind": "list"},
    ]


def test_the_customer_hears_of_them_in_the_final_result(world: World, task: Any) -> None:
    endpoints.subscribed()
    listed(ME)
    decide(task, by=world.alice)
    body = json_text.loads(FinalResult.objects.get().body.encode())
    assert body["riskDetail"]["matchedLists"] == [
        {"name": "contacts", "words": [{"word": "12345", "position": [7, 12]}]},
        {"name": "ours", "words": [{"word": "me", "position": [4, 6]}]},
    ]


def test_what_the_machine_sent_is_read_back_as_it_was_sent(client: Any, world: World, task: Any) -> None:
    before = client.get(f"/api/v1/results/{task.case.request_id}", headers=world.bearer).json()["machineResult"]
    listed(ME)
    after = client.get(f"/api/v1/results/{task.case.request_id}", headers=world.bearer).json()["machineResult"]
    assert after == before
    assert "ours" not in str(after)
