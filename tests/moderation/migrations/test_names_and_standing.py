"""Cases from before they had one name each, and from before they knew which result they stand on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from accounts import registration
from accounts.models import App
from moderation.models import Case, FinalResult, MachineResult
from tests.world import World

AT = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

EVIDENCE: dict[str, Any] = {"shape": "image_v4", "code": 1100, "risk_level": "REVIEW", "final_result": 0}
FAILED = EVIDENCE | {"code": 1903, "risk_level": ""}
VERDICT = EVIDENCE | {"risk_level": "REJECT", "result_type": 1, "final_result": 1}
COMBINED = VERDICT | {"shape": "human_combined"}
HEAD = EVIDENCE | {"shape": "human_combined", "result_type": 1}


def run(migration: str, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(getattr(import_module(f"moderation.migrations.{migration}"), statement))


def case_with(world: World, results: list[dict[str, Any]], *, decided: timedelta | None, undone: bool) -> Case:
    """A result each minute, from AT on."""
    case = Case.objects.create(app=world.web, request_id=f"r{len(results)}", state="queued", received_at=AT)
    rows = [
        MachineResult(case=case, revision=n, raw="{}", raw_sha256=str(n), route={}, received_at=AT + n * MINUTE, **one)
        for n, one in enumerate(results, start=1)
    ]
    MachineResult.objects.bulk_create(rows)
    if decided is not None:
        told = {"revision": 1, "result_type": 1, "risk_level": "PASS", "body": "{}", "decided_at": AT + decided}
        FinalResult.objects.create(case=case, release_at=AT, voided_at=AT if undone else None, **told)
    return case


@pytest.mark.parametrize(
    ("results", "stands_on"),
    [
        ([EVIDENCE], 1),
        ([EVIDENCE, EVIDENCE], 2),
        ([EVIDENCE, EVIDENCE, EVIDENCE], 3),
        ([EVIDENCE, FAILED], 1),
        ([FAILED, EVIDENCE], 2),
        ([EVIDENCE, HEAD], 1),
        ([HEAD, EVIDENCE], 2),
        ([EVIDENCE, VERDICT], 1),
        ([EVIDENCE, COMBINED, EVIDENCE, FAILED], 3),
        ([VERDICT, FAILED], 1),
    ],
)
def test_a_case_stands_on_its_newest_evidence(world: World, results: list[dict[str, Any]], stands_on: int) -> None:
    case = case_with(world, results, decided=None, undone=False)
    run("0024_standing_results", "STAND")
    case.refresh_from_db()
    assert case.stands_on == stands_on


@pytest.mark.parametrize(("undone", "stands_on"), [(False, 2), (True, 3)])
def test_a_decided_case_stands_on_what_was_there_then(world: World, undone: bool, stands_on: int) -> None:
    case = case_with(world, [EVIDENCE] * 3, decided=2.5 * MINUTE, undone=undone)
    run("0024_standing_results", "STAND")
    case.refresh_from_db()
    assert case.stands_on == stands_on


BACK = """
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE moderation_case DROP COLUMN full_id, DROP COLUMN homonym,
    ADD CONSTRAINT case_once_per_request UNIQUE (app_id, request_id, bt_id);
"""


def test_the_later_of_two_cases_of_one_name_is_marked(world: World) -> None:
    shop = registration.register_app(App(app_id="shop", name="Shop"), by="tests")
    spelt = [(world.web, "B_7", ""), (world.web, "B", "7"), (world.web, "C", "7"), (world.web, "D_7", "")]
    spelt += [(shop, "B_7", ""), (shop, "B", "7"), (world.web, "D", "7"), (world.web, "C_7", "")]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moderation_case DROP CONSTRAINT case_once_per_name")
        last = [Case.objects.create(app=app, request_id=one, bt_id=two, state="queued") for app, one, two in spelt][-1]
        cursor.execute(BACK)
    loader = MigrationLoader(connection)
    migration = loader.get_migration("moderation", "0023_names_of_cases")
    with connection.schema_editor() as schema_editor:
        migration.apply(loader.project_state(migration.dependencies), schema_editor)
    marked = Case.objects.exclude(homonym="").order_by("pk").values_list("app__app_id", "request_id", "homonym")
    assert list(marked) == [
        (world.web.app_id, "B", "7"),
        (shop.app_id, "B", "7"),
        (world.web.app_id, "D", "7"),
        (world.web.app_id, "C_7", f"case {last.pk}"),
    ]
