"""The real database: clean for each example, its time moved on, and what it says after each step.

Each verb commits, as in a view. Savepoints inside one transaction would be as quick, but what happens on commit would
not: hooks, deferred constraints, `now()` of a new transaction. Between examples the rows are put back as they were, by
DELETE and COPY.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import caches
from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.functions import Now
from psycopg import sql

from accounts.audit_chain import anchors
from accounts.models import AuditEvent
from moderation.intake import cases
from moderation.models import Attempt, Case, Delivery, FinalResult, MachineResult
from review.models import Decision, Lease, ReviewTask, Skip
from review.models.review_task import IS_LEASED

_AGEING = (Attempt, Case, Decision, Delivery, FinalResult, Lease, MachineResult, ReviewTask, Skip)
_NO_TRIGGERS = (
    "SET LOCAL session_replication_role = replica"  # the audit refuses to be emptied, decisions to be changed
)


@dataclass(frozen=True)
class Rows:
    """The rows of all tables at one time."""

    tables: dict[str, bytes]

    @classmethod
    def now(cls) -> Rows:
        with connection.cursor() as cursor:
            return cls({table: _copied(cursor, table) for table in connection.introspection.table_names()})

    def put_back(self) -> None:
        """Without triggers and keys: all of it was checked when it was written."""
        emptied = sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in self.tables)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_NO_TRIGGERS)
            cursor.execute(emptied)
            for table, rows in self.tables.items():
                if rows:
                    with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
                        into.write(rows)
        anchors.file().unlink(missing_ok=True)
        cases._KNOWN_EVENTS.clear()


def _copied(cursor: Any, table: str) -> bytes:
    with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as out:
        return b"".join(out)


def let_pass(hours: float) -> None:
    """Move the clock on: everything that happened happened that much earlier, and what is to come is nearer."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NO_TRIGGERS)
        for model in _AGEING:
            times = [one.name for one in model._meta.concrete_fields if isinstance(one, models.DateTimeField)]
            model._default_manager.update(**{name: F(name) - timedelta(hours=hours) for name in times})


@dataclass(frozen=True)
class Found:
    """Everything of interest, in few statements."""

    cases: list[Any]
    tasks: list[Any]
    leases: list[Any]
    decisions: list[Any]
    finals: list[Any]
    deliveries: list[Any]
    events: list[Any]


def _left(name: str) -> Any:
    """How long until then."""
    return models.ExpressionWrapper(F(name) - Now(), output_field=models.DurationField())


def found() -> Found:
    caches["process"].clear()  # counts may be two seconds old
    is_leased = models.ExpressionWrapper(IS_LEASED, output_field=models.BooleanField())
    tasks = ReviewTask.objects.annotate(is_leased_now=is_leased, slug=F("queue__slug"), who=F("leased_by__name"))
    tasks = tasks.annotate(lease_left=_left("leased_until"), snooze_left=_left("wait_until"))
    finals = FinalResult.objects.annotate(is_released=models.Q(release_at__lte=Now()))
    events = AuditEvent.objects.filter(on_type="case")
    return Found(
        cases=list(Case.objects.order_by("pk").values("pk", "request_id", "state", "stands_on")),
        tasks=list(tasks.annotate(owned_by=F("owner__name")).order_by("case", "round").values()),
        leases=list(Lease.objects.annotate(who=F("by__name")).order_by("pk").values()),
        decisions=list(
            Decision.objects.annotate(who=F("by__name"), undo_left=_left("undo_until")).order_by("pk").values()
        ),
        finals=list(finals.order_by("case", "pk").values()),
        deliveries=list(Delivery.objects.annotate(to=F("endpoint__name")).order_by("pk").values()),
        events=list(events.order_by("pk").values("on_id", "action")),
    )
