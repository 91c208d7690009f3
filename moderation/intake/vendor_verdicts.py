"""Merge the bodies of the detection service's own reviewers with the machine's result, whichever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.audit import Actor
from accounts.database.write_batch import WriteBatch
from moderation.contract import json_text
from moderation.contract.heads import disposal_of, is_head, with_head
from moderation.contract.image_v4 import SUCCESS
from moderation.contract.parse import read_stored
from moderation.contract.values import Result, RiskLevel, Shape
from moderation.models import Case, MachineResult
from moderation.results import FinalVerdict, finalise
from moderation.results import Judged as JudgedCase
from moderation.webhooks.payloads import Review


def is_verdict(result: Result | MachineResult) -> bool:
    """Whether a reviewer decided this. One that still says REVIEW, or is not final, leaves it to our moderators."""
    decided = result.risk_level in (RiskLevel.PASS, RiskLevel.REJECT)
    return result.code == SUCCESS and result.result_type == 1 and result.final_result == 1 and decided


def is_evidence(result: MachineResult) -> bool:
    """Whether a case can stand on it: a success that is no verdict, and no reviewer's body without evidence unless it
    is merged with the machine's.
    """
    bare = result.shape == Shape.HUMAN_COMBINED and result.merged is None
    return result.code == SUCCESS and not is_verdict(result) and not bare


@dataclass(frozen=True, slots=True)
class Judged:
    """What is judged of a new result; `merged` is its text when it is not the result as it was sent."""

    result: Result
    merged: str | None = None


def with_evidence(result: Result, earlier: Sequence[MachineResult]) -> Judged:
    """A new result, with the machine's latest evidence when it is an undecided head without any."""
    evidence = [one for one in earlier if is_evidence(one)]
    if is_verdict(result) or not is_head(result) or not evidence:
        return Judged(result)
    body = with_head(evidence[-1].body, result)
    return Judged(read_stored(body), json_text.dumps(body))


def merge(case: Case, results: Sequence[MachineResult], *, at: datetime, by: Actor) -> None:
    """Make the verdict among the case's results (in the order of their revisions) its final result, if it has one and
    a machine's evidence to go with it. Call it with the case's row locked, while the case is undecided.
    """
    verdicts = [result for result in results if is_verdict(result)]
    evidence = [result for result in results if is_evidence(result)]
    if verdicts and evidence:
        review = Review(decision_id=None, queue="", decided_at=at)
        verdict = _in_full(verdicts[-1], evidence[-1])
        with WriteBatch() as batch:
            finalise([JudgedCase(case, evidence[-1])], verdict, review=review, release_at=at, by=by, batch=batch)
        case.state = Case.State.FINAL


def _in_full(verdict: MachineResult, machine: MachineResult) -> FinalVerdict:
    """The final verdict: a rejection without a label gets the machine's."""
    named = verdict if verdict.risk_label1 else machine
    path = named.path
    description = verdict.result.risk_description
    disposal = disposal_of(verdict.body)
    return FinalVerdict(RiskLevel(verdict.risk_level), path, description or str(path), disposal)
