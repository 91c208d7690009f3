"""Merge verdicts of the detection service's own reviewers with the machine's result, whichever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from accounts.audit import Actor
from accounts.database.write_batch import WriteBatch
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.values import Result, RiskLevel
from moderation.models import Case, MachineResult
from moderation.results import FinalVerdict, Judged, finalise
from moderation.webhooks.payloads import Review

VERDICT = Q(code=SUCCESS, result_type=1, final_result=1, risk_level__in=[RiskLevel.PASS, RiskLevel.REJECT])
"""`is_verdict` as a query condition."""


def is_verdict(result: Result | MachineResult) -> bool:
    """Whether a reviewer decided this. One that still says REVIEW, or is not final, leaves it to our moderators."""
    decided = result.risk_level in (RiskLevel.PASS, RiskLevel.REJECT)
    return result.code == SUCCESS and result.result_type == 1 and result.final_result == 1 and decided


def merge(case: Case, results: Sequence[MachineResult], *, at: datetime, by: Actor) -> None:
    """Make the verdict among the case's results (in the order of their revisions) its final result, if it has one and
    a machine's evidence to go with it. Call it with the case's row locked, while the case is undecided.
    """
    verdicts = [result for result in results if is_verdict(result)]
    evidence = [result for result in results if result.code == SUCCESS and not is_verdict(result)]
    if verdicts and evidence:
        review = Review(decision_id=None, queue="", decided_at=at)
        verdict = _in_full(verdicts[-1], evidence[-1])
        with WriteBatch() as batch:
            finalise([Judged(case, evidence[-1])], verdict, review=review, release_at=at, by=by, batch=batch)
        case.state = Case.State.FINAL


def _in_full(verdict: MachineResult, machine: MachineResult) -> FinalVerdict:
    """The final verdict: a rejection without a label gets the machine's."""
    named = verdict if verdict.risk_label1 else machine
    path = named.path
    description = verdict.result.risk_description
    return FinalVerdict(RiskLevel(verdict.risk_level), path, description or str(path))
