"""A new result, and everything that is written with it."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from moderation.contract import parse_submission
from moderation.intake.accept import accept_all
from moderation.models import MachineResult
from review.models import ReviewTask
from tests.factories import bodies
from tests.world import World

WRITTEN = ("moderation_picturefetch", "moderation_machineresult", "review_reviewtask", "accounts_auditevent")


def test_what_is_written_with_new_cases_is_one_statement(world: World) -> None:
    """But for the cases, whose keys the others need."""
    submissions = [(parse_submission(bodies.envelope()), world.web) for _ in range(3)]
    with CaptureQueriesContext(connection) as sent:
        accept_all(submissions, by=world.key)
    inserts = [one["sql"] for one in sent if "INSERT INTO" in one["sql"] and "moderation_case (" not in one["sql"]]
    assert [[f"INSERT INTO {table} " in sql for table in WRITTEN] for sql in inserts].count([True] * 4) == 1
    assert sum(f"INSERT INTO {table} " in sql for sql in inserts for table in WRITTEN) == 4
    assert MachineResult.objects.count() == ReviewTask.objects.count() == 3
