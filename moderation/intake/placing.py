"""Route cases by results that are stored already: their request came later, or a verdict that stood was undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.audit import Actor
from accounts.database.cursors import prepared_cursor
from accounts.database.write_batch import WriteBatch
from moderation.contract import json_text
from moderation.contract.result_body import machine_result
from moderation.intake import cases, vendor_verdicts
from moderation.intake.entries import decided_alone, placed
from moderation.intake.handover import Handed, TakenIn, hand_over
from moderation.intake.routing import Routed, of_known, route_all
from moderation.models import Case, FinalResult, MachineResult
from moderation.results import decide_alone, standing
from moderation.stored_facts import write
from moderation.stored_facts.write import Standing
from moderation.webhooks import outbox
from moderation.webhooks.outbox import Recorded

Placed = tuple[Case, MachineResult]

_SET_ROUTES = """
UPDATE moderation_machineresult m
   SET route = sent.route, policy_version_id = sent.version
  FROM json_to_recordset(%s::json) AS sent (id bigint, route jsonb, version bigint)
 WHERE m.id = sent.id
"""


def results_of(found: Iterable[Case]) -> dict[int, list[MachineResult]]:
    """The results of each case, by revision."""
    results: dict[int, list[MachineResult]] = {case.pk: [] for case in found}
    earlier = MachineResult.objects.filter(case__in=list(results)).defer("raw")  # megabytes, and rarely needed
    for result in earlier.order_by("case", "revision"):
        results[result.case_id].append(result)
    return results


def apply_late(found: Sequence[Case], *, since: datetime, at: datetime, by: Actor) -> None:
    """Apply what arrived since a verdict that does not stand any more, as if there had been none. The rows of the cases
    are locked, and the cases wait for a person.
    """
    results = results_of(found)
    late = [(case, result) for case in found if (result := _decisive(case, results[case.pk], since))]
    evidence = {pk: [one for one in every if vendor_verdicts.is_evidence(one)] for pk, every in results.items()}
    stands_on = {case.pk: evidence[case.pk][-1].revision for case, _ in late if evidence[case.pk]}
    place(late, stands_on=stands_on, last=standing([case.pk for case, _ in late]), at=at)
    write.keep([evidence[case.pk][-1] for case, result in late if result.revision != case.stands_on])
    for case, _ in late:
        vendor_verdicts.merge(case, results[case.pk], at=at, by=by)
    tell_recorded(late, at=at)


def place(
    judged: Sequence[Placed],
    *,
    stands_on: Mapping[int, int] | None = None,
    last: Mapping[int, FinalResult],
    at: datetime,
) -> Mapping[int, TakenIn]:
    """Route each case by this result of it; `stands_on` are the revisions that cases stand on from now on, `last` their
    last final results. Returns the queues of those that wait, all by the case's key.
    """
    if not judged:
        return {}
    _load_raw([result for _, result in judged])
    routed = route_all([of_known(result.result, case) for case, result in judged])
    handed = [_handed(case, result, one) for (case, result), one in zip(judged, routed, strict=True)]
    with WriteBatch() as batch:
        taken_in = hand_over(handed, at=at, batch=batch)
    states = {case.pk: one.state(last.get(case.pk)) for (case, _), one in zip(judged, routed, strict=True)}
    cases.stand([case for case, _ in judged], states=states, revisions=stands_on or {})
    _set_routes(judged, routed, taken_in)
    known = [
        Standing(case, result.revision, one.facts, result) for (case, result), one in zip(judged, routed, strict=True)
    ]
    write.replace([one for one in known if one.revision == one.case.stands_on])
    _decide_alone(judged, routed, last, at=at)
    return {one.case.pk: queue for one, queue in zip(handed, taken_in, strict=True) if queue}


def _decide_alone(
    judged: Sequence[Placed], routed: Sequence[Routed], last: Mapping[int, FinalResult], *, at: datetime
) -> None:
    decided = [
        decided_alone(case, result, one, last.get(case.pk), at=at)
        for (case, result), one in zip(judged, routed, strict=True)
        if one.verdict
    ]
    with WriteBatch() as batch:
        decide_alone(decided, at=at, batch=batch)


def tell_recorded(judged: Sequence[Placed], *, at: datetime) -> None:
    """Deliver those that turned out to need no review, as intake does."""
    recorded = [Recorded(case, machine_result(result.body)) for case, result in judged if case.state == "recorded"]
    with WriteBatch() as batch:
        outbox.put_recorded(recorded, at=at, batch=batch)


def _decisive(case: Case, results: Sequence[MachineResult], since: datetime) -> MachineResult | None:
    """The result by which the case is routed now: a reviewer's verdict, else the latest evidence; None when the case
    stands where it did.
    """
    late = [one for one in results if one.revision > case.stands_on]
    verdicts = [one for one in late if vendor_verdicts.is_verdict(one)]
    evidence = [one for one in late if vendor_verdicts.is_evidence(one)]
    if verdicts or evidence:
        return (verdicts or evidence)[-1]
    is_fuller = case.completed_at is not None and case.completed_at > since
    return next((one for one in results if one.revision == case.stands_on), None) if is_fuller else None


def _handed(case: Case, result: MachineResult, routed: Routed) -> Handed:
    request = cases.request_of(case)
    told = routed.top_label, routed.severity
    return Handed(case, routed.route, result.revision, request, *told, True, routed.facts, routed.would_wait_in)


def _load_raw(results: Collection[MachineResult]) -> None:
    """Read the bodies in one statement."""
    texts = dict(MachineResult.objects.filter(pk__in=[one.pk for one in results]).values_list("pk", "raw"))
    for one in results:
        one.raw = texts[one.pk]


def _set_routes(judged: Sequence[Placed], routed: Sequence[Routed], taken_in: Sequence[TakenIn | None]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "id": result.pk,
            "route": one.route.as_json() | placed(queue),
            "version": one.version.pk if one.version else None,
        }
        for (_, result), one, queue in zip(judged, routed, taken_in, strict=True)
    ]
    with prepared_cursor() as cursor:
        cursor.execute(_SET_ROUTES, [json_text.dumps(rows)])
