"""The CSV is what the page shows; no cell runs as a formula; every export is in the audit."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.models import AuditEvent
from review.models import Queue
from review.statistics.reports import roll_up
from tests.factories import tasks
from tests.factories.verdicts import decide, take_lease
from tests.stage import signed_in
from tests.world import World


@pytest.fixture
def house(world: World) -> World:
    tasks.waiting(world.nudity, app=world.web, top_label="porn/nudity")
    decide(take_lease(world.nudity, by=world.alice), by=world.alice)
    Queue.objects.filter(pk=world.nudity.pk).update(name='=HYPERLINK("http://evil.test","x")')
    roll_up.roll_up()
    return world


def exported(world: World, query: str) -> str:
    answer = signed_in(world.carol).get(f"/review/reports/csv?{query}")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return answer.content.decode("utf-8-sig")


def test_all_tables_or_one(house: World) -> None:
    whole = exported(house, "days=7")
    for title in ("Figures", "By day", "By queue", "By label", "By app", "People and the machine"):
        assert f"\n{title}\r\n" in f"\n{whole}"
    lines = list(csv.reader(io.StringIO(exported(house, "days=7&table=labels"))))
    assert lines[1][:4] == ["Sexually Explicit Content", "1", "1", "0"]
    assert signed_in(house.carol).get("/review/reports/csv?table=none").status_code == 404


def test_no_cell_is_a_formula(house: World) -> None:
    lines = list(csv.reader(io.StringIO(exported(house, "days=7&table=queues"))))
    names = {line[0] for line in lines[1:]}
    assert names == {"Default", '\'=HYPERLINK("http://evil.test","x")'}


def test_the_audit_tells_who_took_what(house: World) -> None:
    exported(house, "days=30&queue=nudity&table=queues")
    event = AuditEvent.objects.get(action="report.exported")
    assert event.by == house.carol
    assert (event.details["tables"], event.details["days"], event.details["queue"]) == (["queues"], 30, "nudity")
    signed_in(house.carol).get("/review/reports/?days=30")
    assert AuditEvent.objects.filter(action="report.exported").count() == 1
