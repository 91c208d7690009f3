"""The draft in shadow on its page: begun and stopped with one click, its figures live."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.policy_versions import draft, shadow, store
from moderation.policy_versions.shadow import Figures, Minute
from review.policy_editor.shadow_table import ROWS, ShadowTable
from tests.factories import bodies
from tests.factories.policy_decisions import scored
from tests.pages import inline_code
from tests.world import World

NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


def policy(review: int) -> dict[str, Any]:
    section = {"name": "all", "thresholds": {"porn": {"review": review, "reject": 850}}, "intermediate": "decide"}
    return {"sections": [section]}


@pytest.fixture
def drafted(world: World) -> draft.Draft:
    store.put_in_force(policy(400), by=world.dave)
    return draft.save(policy(600), base=1, expected_version=0, by=world.dave)


def shown(admin: Client, path: str = "/review/draft/") -> str:
    answer = admin.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_it_is_begun_and_stopped_with_one_click(admin: Client, world: World, drafted: draft.Draft) -> None:
    sent = {"act": "start", "next": "/review/rules/"}
    page = html.unescape(admin.post("/review/draft/shadow", sent, follow=True).content.decode())
    assert "The draft is in shadow" in page
    assert "No result has come in since." in page
    assert 'hx-trigger="every 5s"' in page
    page = html.unescape(admin.post("/review/draft/shadow", {"act": "stop"}, follow=True).content.decode())
    assert ("not in shadow any more" in page, "hx-trigger" in page.partition('id="shadow"')[2]) == (True, False)


def test_with_nothing_drafted_there_is_nothing_to_begin(admin: Client, world: World) -> None:
    assert "Nothing is drafted." in admin.post("/review/draft/shadow", follow=True).content.decode()


@pytest.mark.parametrize("path", ["/review/draft/", "/review/draft/shadow/figures"])
def test_both_outcomes_are_counted_and_what_differs_is_listed(
    admin: Client, world: World, drafted: draft.Draft, path: str
) -> None:
    shadow.start(by=world.dave)
    some = [bodies.envelope(requestId=f"r{n}", **scored(one)) for n, one in enumerate((0.2, 0.5, 0.7, 0.9))]
    accept_all([(parse_submission(one), world.web) for one in some], by=world.key)
    page = shown(admin, path)
    assert inline_code(page) == []
    assert "4 results, 1 with another outcome." in page
    table = re.findall(r"<td[^>]*>(.*?)</td>", page.partition("<tfoot>")[2].partition("</tfoot>")[0])
    assert [re.sub("<[^>]+>", "", cell) for cell in table] == ["Together", "4", "1 → 2", "2 → 1", "1"]
    listed = " ".join(re.sub("<[^>]+>", " ", page.partition('<ul class="plain">')[2].partition("</ul>")[0]).split())
    assert listed.startswith("r1 REVIEW → PASS")
    assert listed.endswith("500")


@pytest.mark.parametrize(
    ("minutes", "rows", "first"),
    [
        ([0], 1, 0),
        ([0, 3, 10], 3, 10),
        ([0, 3, 100], 2, 100),
        ([0, 60, 600], 3, 600),
        (list(range(0, 60 * 24 * 30, 60 * 24)), ROWS, 60 * 24 * 29 - 12 * 60),  # from midnight
    ],
)
def test_steps_are_as_long_as_the_time_asks_for(world: World, minutes: list[int], rows: int, first: int) -> None:
    found = [Minute(NOON + timedelta(minutes=one), "PASS", "PASS", 1) for one in minutes]
    table = ShadowTable.of(Figures(NOON, {("PASS", "PASS"): len(found)}, found))
    assert (len(table.rows), table.rows[0].at) == (rows, NOON + timedelta(minutes=first))
