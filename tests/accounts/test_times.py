"""One zone for each person: their choice, else their browser's, else UTC. The API stays in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import people, times
from moderation.models import Case
from review.models import Decision, ReviewTask
from review.statistics import personal
from review.statistics.reports import report, roll_up, slots
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import lease, signed_in
from tests.world import World

AT = datetime(2026, 11, 20, 23, 30, 5, tzinfo=UTC)
IN_SHANGHAI = "2026-11-21 07:30:05"


@pytest.fixture
def case(world: World) -> Case:
    tasks.waiting(world.nudity, app=world.web)
    Case.objects.update(received_at=AT)
    return Case.objects.get()


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def of_browser(client: Client, zone: str) -> Client:
    client.cookies[settings.ZONE_COOKIE_NAME] = quote(zone, safe="")
    return client


def test_the_choice_comes_before_the_browsers_zone_and_that_before_utc(world: World, case: Case) -> None:
    path, client = f"/review/cases/{case.pk}/", signed_in(world.alice)
    assert "2026-11-20 23:30:05" in page(client, path)
    html = page(of_browser(client, "Asia/Shanghai"), path)
    assert IN_SHANGHAI in html
    assert html.count("Asia/Shanghai (UTC+08:00)") == 1
    assert "UTC</time>" not in html
    people.choose_zone(world.alice, "America/New_York")
    assert "2026-11-20 18:30:05" in page(client, path)


@pytest.mark.parametrize("sent", ["Mars/Olympus", "../../etc/passwd", "x" * 5000, "%00", "posixrules"])
def test_a_zone_that_is_none_is_ignored(world: World, case: Case, sent: str) -> None:
    assert "2026-11-20 23:30:05" in page(of_browser(signed_in(world.alice), sent), f"/review/cases/{case.pk}/")


def test_it_is_chosen_on_a_page_of_its_own(world: World) -> None:
    client = signed_in(world.alice)
    assert "Asia/Kathmandu" in page(client, "/accounts/zone/")
    client.post("/accounts/zone/", {"zone": "Asia/Kathmandu"})
    assert "Asia/Kathmandu (UTC+05:45)" in page(client, "/")
    refused = client.post("/accounts/zone/", {"zone": "Mars/Olympus"}, follow=True)
    assert "There is no time zone “Mars/Olympus”." in refused.content.decode()
    client.post("/accounts/zone/", {"zone": ""})
    world.alice.refresh_from_db()
    assert world.alice.zone == ""
    assert signed_in(None).get("/accounts/zone/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/", "/review/personal/", "/review/reports/", "/review/cases/", "/review/my-work/", "/manage/apps/"]
)
def test_each_page_names_its_zone_once(world: World, path: str) -> None:
    client = of_browser(signed_in(world.dave), "Asia/Shanghai")
    html = page(client, path)
    assert html.count("Asia/Shanghai (UTC+08:00)") == 1
    assert "UTC." not in html.replace("of UTC,", "")


def test_calls_for_scripts_and_machines_stay_in_utc(world: World, case: Case) -> None:
    people.choose_zone(world.alice, "Asia/Shanghai")
    ReviewTask.objects.update(entered_at=AT)
    (task,) = lease(signed_in(world.alice))["tasks"]
    assert task["enteredAt"] == "2026-11-20T23:30:05Z"
    with timezone.override("Asia/Shanghai"):
        assert times.iso(timezone.localtime(AT)) == "2026-11-20T23:30:05Z"
        assert times.iso_seconds(timezone.localtime(AT)) == "2026-11-20T23:30:05Z"


def test_days_of_reports_and_searches_are_the_readers(world: World, case: Case) -> None:
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    Decision.objects.update(decided_at=AT)
    with timezone.override("Asia/Shanghai"):
        span = slots.Span(2, date(2026, 11, 21))
        assert span.as_times()["since"] == datetime(2026, 11, 19, 16, tzinfo=UTC)
        roll_up.rebuild()
        days = report.read(report.Filters(span), by=world.carol).moments
        assert [part.sums["decided"] for part in days.values()] == [0, 1]
    client = of_browser(signed_in(world.dave), "Asia/Shanghai")
    assert str(case) in page(client, "/review/cases/?decidedFrom=2026-11-21&decidedTo=2026-11-21")
    assert str(case) not in page(client, "/review/cases/?decidedFrom=2026-11-20&decidedTo=2026-11-20")


def test_ones_own_day_begins_at_ones_own_midnight(world: World, case: Case) -> None:
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    now = timezone.now()
    with timezone.override(f"Etc/GMT{now.hour - 24 if now.hour > 12 else now.hour:+d}"):  # midnight was minutes ago
        assert timezone.localtime().hour == 0
        assert len(personal.of(world.alice).by_hour) == 1
