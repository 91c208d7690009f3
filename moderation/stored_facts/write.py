"""Write what a replay asks of results: the facts and the scores of the result that each case stands on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from accounts.database.write_batch import WriteBatch
from moderation.contract.values import Request
from moderation.models import Case, LabelScore, MachineResult, ResultFacts
from moderation.policy import Facts
from moderation.policy.stored_facts import facts_columns, request_columns, score_columns
from moderation.policy_versions.past_facts import facts_of

_FORGET = """
WITH labels AS (DELETE FROM moderation_labelscore WHERE case_id = ANY(%s))
DELETE FROM moderation_resultfacts WHERE case_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A result that a case stands on, with the facts it was routed by. `result` is None for one that is stored in the
    same statement.
    """

    case: Case
    revision: int
    facts: Facts
    result: MachineResult | None = None


def add(standing: Sequence[Standing], *, batch: WriteBatch) -> None:
    """Store the facts and scores of results of cases that have none; `forget` removes those of an earlier result."""
    batch.insert(ResultFacts, [_row(one) for one in standing])
    labels = [{"case_id": one.case.pk} | row for one in standing for row in score_columns(one.facts.result)]
    batch.insert(LabelScore, labels)


def replace(standing: Sequence[Standing]) -> None:
    """Store the facts and scores of results in place of what was stored of their cases."""
    if standing:
        forget([one.case.pk for one in standing])
        with WriteBatch() as batch:
            add(standing, batch=batch)


def stand_on(results: Collection[MachineResult]) -> None:
    """Let each case stand on this stored result of it from now on. The rows of the cases are locked."""
    moved = [one for one in _with_cases(results) if one.revision != one.case.stands_on]
    for one in moved:
        Case.objects.filter(pk=one.case_id).update(stands_on=one.revision)
    keep(moved)


def keep(results: Collection[MachineResult]) -> None:
    """Store the facts and scores of stored results on which their cases stand already."""
    found = _with_cases(results)
    replace([Standing(one.case, one.revision, facts, one) for one, facts in zip(found, facts_of(found), strict=True)])


def _with_cases(results: Collection[MachineResult]) -> list[MachineResult]:
    return list(MachineResult.objects.filter(pk__in=[one.pk for one in results]).select_related("case__app"))


def forget(cases: Collection[int]) -> None:
    if cases:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, [list(cases)] * 2)


def complete(case: Case, request: Request | None) -> None:
    """Store what a later body told of the request of a case."""
    stored = ResultFacts.objects.filter(case=case).first()
    if stored and request:
        streams = {*(stored.stream_ids or ()), request.stream.stream_id if request.stream else ""} - {""}
        columns = request_columns(request) | {"stream_ids": sorted(streams) or None}
        ResultFacts.objects.filter(case=case).update(**columns)


def _row(one: Standing) -> dict[str, Any]:
    at = {"received_at": one.result.received_at} if one.result else {}
    return {"case_id": one.case.pk, "revision": one.revision, "app_id": one.case.app_id} | at | facts_columns(one.facts)
