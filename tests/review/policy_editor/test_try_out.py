"""Trying a draft on past cases and on the queues as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import PolicyVersion
from moderation.policy import read
from moderation.policy_versions import draft as shared
from review.models import ReviewTask
from review.policy_editor import queue_preview
from tests.factories import bodies
from tests.factories.policies import never_in_force
from tests.world import World

MINORS: dict[str, Any] = {"name": "minors first", "when": {"label": ["minor"]}, "queue": "nudity", "boost": 30}
BODY: dict[str, Any] = {"rules": [MINORS, {"name": "patience", "when": {"app": ["web"]}, "boost": -5}]}


@pytest.fixture
def draft(world: World) -> PolicyVersion:
    return never_in_force(BODY)


def test_the_page_counts_what_would_move(admin: Client, draft: PolicyVersion, world: World) -> None:
    for label in ("minor", "minor", "porn"):
        accept(parse_submission(bodies.envelope(riskLabel1=label, allLabels=[])), app=world.web, by=world.key)
    answer = admin.get("/review/rules/1/try/", headers={"HX-Request": "true"})
    page = " ".join(answer.content.decode().split())
    assert page.startswith("<h2>")
    assert "There are only 3 cases. Of the last 3, 2 would go elsewhere than by the policy in force." in page
    assert '<td class="n">2</td><td><bdi>Default</bdi></td><td><bdi>Nudity</bdi></td>' in page
    assert [count for _, _, count in admin.get("/review/rules/1/try/").context["caught"]] == [2, 1]


def test_so_is_the_draft_that_everybody_edits(admin: Client, world: World) -> None:
    shared.save(BODY, base=0, expected_version=0, by=world.dave)
    accept(parse_submission(bodies.envelope(riskLabel1="minor", allLabels=[])), app=world.web, by=world.key)
    page = admin.get("/review/draft/try/")
    assert "The draft, tried" in page.content.decode()
    assert [count for _, _, count in page.context["caught"]] == [1, 0]


def test_a_house_without_cases_says_so(admin: Client, draft: PolicyVersion) -> None:
    assert "There are no cases yet" in admin.get("/review/rules/1/try/").content.decode()


def test_the_line_is_shown_as_another_policy_would_rank_it(world: World) -> None:
    for level in (0, 4, 2):
        accept(parse_submission(bodies.envelope(data={"level": level})), app=world.web, by=world.key)
    ReviewTask.objects.update(rank_at=ReviewTask.objects.earliest("pk").due_at - timedelta(hours=9))
    reach_counts = read(0, {"boosts": {"severity": {}, "confidence": 0, "reach": 60}})
    (line,) = queue_preview.preview(reach_counts, queue_preview.lines())
    assert (line.queue, line.looked_at, line.changes) == (world.default, 3, True)
    assert [(step.now, step.then, step.minutes) for step in line.first] == [(2, 1, 240), (3, 2, 120), (1, 3, 0)]
    (as_it_is,) = queue_preview.preview(
        read(0, {"boosts": {"severity": {}, "confidence": 0, "reach": 0}}), queue_preview.lines()
    )
    assert not as_it_is.changes


def test_what_waits_is_ranked_whatever_sections_would_make_of_it_now(world: World) -> None:
    accept(parse_submission(bodies.envelope()), app=world.web, by=world.key)
    sections = [{"name": "all", "thresholds": {"*": {}}, "intermediate": "decide"}]
    (line,) = queue_preview.preview(read(0, {"sections": sections}), queue_preview.lines())
    assert line.first[0].minutes == sum(term["minutes"] for term in ReviewTask.objects.get().priority) > 0


# --- words ------------------------------------------------------------------------------------------------------
