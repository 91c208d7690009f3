"""The tables of a report as CSV: exactly the values that the page shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.db import transaction

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation.csv_cells import guarded
from review.models import ReportCount
from review.statistics.reports.report import Filters
from review.statistics.reports.tables import Table


def export(tables: Sequence[Table], filters: Filters, *, by: User) -> str:
    """The tables below each other, each with its title and headings. The caller has read them as `by`. Audited."""
    with transaction.atomic():
        audit.record(AuditAction.REPORT_EXPORTED, by=by, on=ReportCount(), **_asked(filters, tables))
    text = io.StringIO()
    text.write("\ufeff")  # so that a spreadsheet reads UTF-8
    writer = csv.writer(text, lineterminator="\r\n")
    for number, table in enumerate(tables):
        if len(tables) > 1:
            writer.writerows([[]] * bool(number) + [[guarded(table.title)]])
        writer.writerow([guarded(name) for name in table.columns])
        writer.writerows([_plain(cell.value) for cell in row] for row in table.rows)
    return text.getvalue()


def _plain(value: str | int | float | None) -> str | int | float:
    """No cell is run as a formula by a spreadsheet."""
    if value is None:
        return ""
    return guarded(value) if isinstance(value, str) else value


def _asked(filters: Filters, tables: Sequence[Table]) -> dict[str, str | int | list[str]]:
    return {
        "tables": [one.key for one in tables],
        "days": filters.span.days,
        "until": str(filters.span.today),
        "queue": filters.queue.slug if filters.queue else "",
        "app": filters.app.app_id if filters.app else "",
        "label": filters.label or "",
        "person": filters.person.email if filters.person else "",
    }
