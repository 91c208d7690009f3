"""A replay's report as CSV: the values that its page shows, one table below the other."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from moderation.csv_cells import guarded
from moderation.models import Case, ReplayReport
from review.policy_editor.shadow_table import outcome_name
from review.statistics.replays.contradicted import listed
from review.statistics.replays.hours import hours
from review.statistics.replays.moves import rows

Line = Sequence[str | int | float | None]


def export(job: ReplayReport, report: Mapping[str, Any], *, by: User) -> str:
    """Audited."""
    with transaction.atomic():
        audit.record(AuditAction.REPORT_EXPORTED, by=by, on=job, tables=["replay"])
    text = io.StringIO()
    text.write("\ufeff")  # so that a spreadsheet reads UTF-8
    writer = csv.writer(text, lineterminator="\r\n")
    for number, table in enumerate((_flows(report), _labels(report), _hours(report), _cases(report))):
        writer.writerows([[]] * bool(number))
        writer.writerows([_plain(cell) for cell in line] for line in table)
    return text.getvalue()


def _plain(value: str | int | float | None) -> str | int | float:
    """No cell is run as a formula by a spreadsheet."""
    return "" if value is None else guarded(value) if isinstance(value, str) else value


def _flows(report: Mapping[str, Any]) -> Iterator[Line]:
    yield gettext("From"), gettext("To"), gettext("Results")
    for one in report["flows"]:
        yield outcome_name(one["from"]), outcome_name(one["to"]), one["count"]


def _labels(report: Mapping[str, Any]) -> Iterator[Line]:
    yield (
        *(gettext("Label"), gettext("Path"), gettext("Scope")),
        *("REVIEW", gettext("REVIEW, then"), "REJECT", gettext("REJECT, then")),
        *(gettext("to PASS"), gettext("to REVIEW"), gettext("to REJECT")),
        *(gettext("Contradicted"), gettext("Decided by people")),
    )
    for row in rows(report):
        name = row.label.name if row.label else ""
        sides = (row.review.before, row.review.after, row.reject.before, row.reject.after)
        moves = (row.to[outcome] for outcome in ("PASS", "REVIEW", "REJECT"))
        yield name, row.path, row.sections, *sides, *moves, row.contradicted.count, row.contradicted.n


def _hours(report: Mapping[str, Any]) -> Iterator[Line]:
    yield (
        *(gettext("Hour"), gettext("Cases"), gettext("Cases, then")),
        *(gettext("Staff minutes"), gettext("Staff minutes, then")),
    )
    for one in hours(report):
        numbers = (one.before, one.after, one.minutes_before, one.minutes_after)
        yield one.name, *(round(number, 2) for number in numbers)


def _cases(report: Mapping[str, Any]) -> Iterator[Line]:
    """Those that people contradict."""
    yield gettext("Case"), gettext("Label"), gettext("Score"), gettext("From"), gettext("To"), gettext("Verdict")
    found = listed(report)
    names = {case.pk: str(case) for case in Case.objects.filter(pk__in=[one["case"] for one in found])}
    for one in found:
        name = names.get(one["case"], str(one["case"]))
        yield name, one["label"], one["score"], outcome_name(one["from"]), outcome_name(one["to"]), one["verdict"]
