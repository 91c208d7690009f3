"""The pages of replays: started, watched, cancelled, read, published from."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from moderation.models import Case, ReplayReport
from moderation.policy_versions import draft, store
from review.models import Membership, ReviewTask
from tests.factories import replays
from tests.factories.replays import MILDER, STRICTER
from tests.pages import inline_code
from tests.world import World

LIST = "/review/replays/"


@pytest.fixture
def past(world: World) -> list[Case]:
    return replays.past(world)


@pytest.fixture
def job(world: World, past: list[Case]) -> ReplayReport:
    """Two moves were decided by people, one of them otherwise."""
    replays.decided(past[2], "PASS")
    replays.decided(past[3], "REJECT")
    return replays.replayed(world)


def shown(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def texts(page: str) -> str:
    """Without marks, each run of space one."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def figure(page: str, name: str) -> str:
    found = re.search(rf"<dt>(?:<span[^>]*>.</span> )?{name}</dt>(.*?)</div>", page, re.DOTALL)
    assert found, name
    return texts(found[1])


def address(job: ReplayReport, more: str = "") -> str:
    return f"{LIST}{job.pk}/{more}"


def test_an_empty_list_teaches(admin: Client) -> None:
    page = texts(shown(admin, LIST))
    assert "Nothing was replayed yet." in page
    assert "Draft a change of a threshold" in page


def test_starting_leads_to_a_page_that_tells_the_progress(admin: Client, world: World, past: list[Case]) -> None:
    replays.drafted(world)
    answer = admin.post(f"{LIST}start", {"last": "10000"})
    job = ReplayReport.objects.get()
    assert (answer.status_code, answer["Location"], job.last) == (302, address(job), 10_000)
    page = shown(admin, address(job))
    assert "Waiting for a worker" in page
    assert f'hx-get="{address(job, "progress")}"' in page
    assert "0 %" in shown(admin, address(job, "progress"))
    replays.finish()
    assert admin.get(address(job, "progress"))["HX-Refresh"] == "true"
    assert "Go another way" in shown(admin, address(job))
    assert "the draft as it is" in shown(admin, LIST)


def test_progress_is_read_without_what_can_be_large(admin: Client, world: World, past: list[Case]) -> None:
    replays.drafted(world)
    admin.post(f"{LIST}start", {"last": "10000"})
    progress = address(ReplayReport.objects.get(), "progress")
    with CaptureQueriesContext(connection) as queries:
        shown(admin, progress)
    (read,) = [one["sql"] for one in queries if "moderation_replayreport" in one["sql"]]
    columns = set(re.findall(r'"moderation_replayreport"\."(\w+)"', read))
    assert columns == {"id", "state", "done", "cases"}


def test_without_a_draft_nothing_is_started(admin: Client, past: list[Case]) -> None:
    answer = admin.post(f"{LIST}start", {"last": "10000", "next": "/review/thresholds/"}, follow=True)
    assert "Nothing is drafted." in answer.content.decode()
    assert not ReplayReport.objects.exists()


@pytest.mark.parametrize("last", ["", "0", "-1", "1e6", "many", "9" * 30, "１０"])
def test_what_is_no_number_of_cases_starts_nothing(admin: Client, world: World, past: list[Case], last: str) -> None:
    replays.drafted(world)
    assert admin.post(f"{LIST}start", {"last": last}).status_code == 404
    assert not ReplayReport.objects.exists()


def test_cancelled_and_run_again(admin: Client, world: World, past: list[Case]) -> None:
    replays.drafted(world)
    admin.post(f"{LIST}start", {})
    job = ReplayReport.objects.get()
    assert admin.post(address(job, "cancel")).status_code == 302
    assert "stopped after 0 cases" in texts(shown(admin, address(job)))
    answer = admin.post(address(job, "again"))
    newest = ReplayReport.objects.first()
    assert newest
    assert (answer["Location"], newest.last, newest.state) == (address(newest), job.last, "running")


def test_the_figures(admin: Client, job: ReplayReport) -> None:
    page = shown(admin, address(job))
    assert figure(page, "Go another way") == "3 60 % of all results"
    assert figure(page, "REVIEW") == "2 → 1 50 % fewer cases for people"
    assert figure(page, "REJECT") == "1 → 3 200 % more"
    assert figure(page, "Contradicted by people") == "1 of 2 n under 20: too few to tell a rate"
    assert f"repeatable {job.sha256[:6]}" in texts(page)
    assert inline_code(page) == []


def test_where_results_go_stands_in_words_behind_the_drawing(admin: Client, job: ReplayReport) -> None:
    page = texts(shown(admin, address(job)))
    for line in ("1 stay PASS", "1 from PASS to REVIEW", "2 from REVIEW to REJECT", "1 stay REJECT"):
        assert line in page
    assert "stricter 3 milder 0" in page


def test_what_moves_is_told_by_label(admin: Client, job: ReplayReport) -> None:
    row = re.search(r'<table class="data tight moves".*?<tbody>(.*?)</tbody>', shown(admin, address(job)), re.DOTALL)
    assert row
    assert texts(row[1]).endswith("2 → 1 1 → 3 – 1 2 1 of 2 few decided")
    assert "?label=porn/nudity/swimwear" in row[1].replace("%2F", "/")


def test_contradicted_cases_open_and_are_listed(admin: Client, past: list[Case], job: ReplayReport) -> None:
    page = shown(admin, address(job))
    assert f'href="/review/cases/{past[2].pk}/"' in page
    assert f'href="/review/cases/{past[3].pk}/"' not in page
    for query in ("", "?label=porn/nudity/swimwear"):
        listed = shown(admin, address(job, f"cases/{query}"))
        assert re.findall(r'data-case="(\d+)"', listed) == [str(past[2].pk)]
        assert "a person passed it" in listed
    assert "No case is listed here" in shown(admin, address(job, "cases/?label=ban"))


def test_what_waits_can_be_reviewed_from_the_list_by_a_member_of_its_queue(
    admin: Client, world: World, past: list[Case], job: ReplayReport
) -> None:
    """The ledger knows a person's result here, the workbench still has its task."""
    assert 'name="task"' not in shown(admin, address(job, "cases/"))
    task = ReviewTask.objects.get(case=past[2])
    Membership.objects.create(queue=task.queue, user=world.dave)
    listed = shown(admin, address(job, "cases/"))
    assert f'name="task" value="{task.pk}"' in listed
    assert f'name="back" value="{address(job, "cases/")}"' in listed


def test_the_csv_has_what_the_page_shows(admin: Client, past: list[Case], job: ReplayReport) -> None:
    answer = admin.get(address(job, "csv"))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["REVIEW", "REJECT", "2"] in lines
    (told,) = (line for line in lines if line[1:2] == ["porn/nudity/swimwear"] and len(line) > 6)
    assert told[3:] == ["2", "1", "1", "3", "0", "1", "2", "1", "2"]
    assert [str(past[2]), "porn/nudity/swimwear", "710", "REVIEW", "REJECT", "PASS"] in lines
    assert AuditEvent.objects.filter(action="report.exported").exists()


def test_it_is_published_from_its_page(admin: Client, job: ReplayReport) -> None:
    page = shown(admin, address(job))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert texts(shown(admin, address(job, "asks"))) == ""
    admin.post("/review/draft/publish", {"version": version[1], "next": address(job)})
    assert store.in_force()[0].number == 2  # type: ignore[union-attr]
    page = shown(admin, address(job))
    assert "This policy is in force." in page
    assert 'id="publish"' not in page


def test_what_is_risky_asks_for_the_number(admin: Client, world: World, past: list[Case]) -> None:
    job = replays.replayed(world, MILDER)
    asks = shown(admin, address(job, "asks"))
    assert 'pattern="2"' in asks
    assert "Type 2 to publish it all the same" in texts(asks)
    sent = {"version": draft.current().version, "next": address(job)}
    assert admin.post("/review/draft/publish", sent).status_code == 409
    assert admin.post("/review/draft/publish", sent | {"confirm": "2"})["Location"] == address(job)


def test_a_report_of_another_draft_cannot_be_published(admin: Client, world: World, job: ReplayReport) -> None:
    replays.drafted(world, MILDER)
    page = shown(admin, address(job))
    assert "The draft is another one by now." in page
    assert 'id="publish"' not in page
    assert texts(shown(admin, address(job, "asks"))) == ""


def test_a_report_against_an_earlier_policy_says_so(admin: Client, world: World, job: ReplayReport) -> None:
    store.put_in_force(MILDER, by=world.dave)
    page = shown(admin, address(job))
    assert "Another policy was put in force since." in page
    assert 'id="publish"' not in page


def test_a_report_without_moves_teaches(admin: Client, world: World, past: list[Case]) -> None:
    body: dict[str, Any] = {
        "sections": [STRICTER["sections"][0] | {"thresholds": {"porn": {"review": 499, "reject": 900}}}]
    }
    page = texts(shown(admin, address(replays.replayed(world, body))))
    assert "Nothing: every result would go where the policy in force sends it." in page


def test_a_report_without_results_teaches(admin: Client, world: World) -> None:
    page = texts(shown(admin, address(replays.replayed(world))))
    assert "No result is stored yet to replay." in page


def test_a_failed_one_says_whose_fault_it_is(admin: Client, world: World, past: list[Case]) -> None:
    replays.drafted(world)
    admin.post(f"{LIST}start", {})
    ReplayReport.objects.update(body={"rules": 7})
    replays.finish()
    job = ReplayReport.objects.get()
    assert "This is our fault, not the draft's." in texts(shown(admin, address(job)))
    assert admin.get(address(job, "csv")).status_code == 404
    assert admin.post(address(job, "again"), follow=True).status_code == 200


def test_the_pages_of_the_policy_start_one(admin: Client, world: World, past: list[Case]) -> None:
    for path in ("/review/thresholds/", "/review/rules/"):
        assert f'action="{LIST}start"' not in shown(admin, path)
    replays.drafted(world)
    for path in ("/review/thresholds/", "/review/rules/", "/review/draft/"):
        page = shown(admin, path)
        assert f'action="{LIST}start"' in page
        assert '<option value="1000000" selected>1,000,000</option>' in page
