"""Take one submission in: everything it means for us, in one transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts import audit
from accounts.audit import Actor
from accounts.models import App
from moderation import labels, policies, subjects, word_lists
from moderation.contract import json_text
from moderation.contract.values import Submission
from moderation.intake import cases, pictures
from moderation.models import Case, MachineResult, PolicyVersion
from moderation.policy import Facts, Outcome, Route, route


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Where the workbench put a case. `due_at` is when its queue promises a decision."""

    queue: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a submission. `revision` counts the machine results of the case, from 1."""

    case: Case
    revision: int
    repeat: bool
    taken_in: TakenIn | None

    @property
    def is_new(self) -> bool:
        return self.revision == 1 and not self.repeat


class Handover(Protocol):
    """What the workbench offers at settings.CASE_HANDOVER; it runs in the transaction of the intake."""

    def __call__(self, *, case: Case, route: Route, revision: int, at: datetime) -> TakenIn | None: ...


def accept(submission: Submission, *, app: App, by: Actor) -> Accepted:
    """Keep the submission and route its case. The same body again is a repeat, another one a revision.

    When this returns the submission is committed. A case that a person has decided is never re-routed.
    """
    source = pictures.source_of(submission.request)  # may store bytes, so it comes before the transaction
    raw = json_text.dumps(submission.result.raw)
    with transaction.atomic():
        case, at = cases.find_or_create(submission, app=app)
        last = case.machine_results.order_by("revision").last()
        if last is None:
            pictures.create_fetch(case, source)
        elif same := case.machine_results.filter(raw_sha256=_sha256(raw)).first():
            return Accepted(case, same.revision, repeat=True, taken_in=_taken_in(same))
        revision = last.revision + 1 if last else 1
        return _add_revision(case, submission, raw, revision=revision, at=at, by=by)


def _add_revision(case: Case, submission: Submission, raw: str, *, revision: int, at: datetime, by: Actor) -> Accepted:
    version, routed = _route(submission, case)
    taken_in = None
    if _reroutes(case, submission, routed, revision):
        taken_in = _handover()(case=case, route=routed, revision=revision, at=at)
        cases.set_state(case, Case.State(routed.outcome))
    _store(case, submission, raw, revision=revision, version=version, routed=routed, taken_in=taken_in)
    action = "case.received" if revision == 1 else "case.revised"
    audit.record(action, by=by, on=case, revision=revision, outcome=routed.outcome, why=routed.why)
    return Accepted(case, revision, repeat=False, taken_in=taken_in)


def _reroutes(case: Case, submission: Submission, routed: Route, revision: int) -> bool:
    """A person's verdict stands, ours or that of the service's own reviewers; and a failure says nothing about a
    picture that was judged before.
    """
    if case.state == Case.State.FINAL:
        return False
    if revision == 1:
        return True
    machine_late = submission.result.result_type == 0 and _reviewers_decided(case)
    return routed.outcome != Outcome.FAILED and not machine_late


def _reviewers_decided(case: Case) -> bool:
    return case.machine_results.filter(result_type=1, final_result=1).exists()


def _route(submission: Submission, case: Case) -> tuple[PolicyVersion | None, Route]:
    version, policy = policies.in_force()
    subject = subjects.record_of(subjects.key_of(case))
    listed = word_lists.found_in(submission.result.evidence.text.text)
    facts = Facts(submission.result, submission.request, app_id=case.app.app_id, subject=subject, listed=listed)
    return version, route(facts, policy=policy, taxonomy=labels.in_force())


def _store(
    case: Case,
    submission: Submission,
    raw: str,
    *,
    revision: int,
    version: PolicyVersion | None,
    routed: Route,
    taken_in: TakenIn | None,
) -> None:
    result = submission.result
    MachineResult.objects.create(
        case=case,
        revision=revision,
        raw=raw,
        raw_sha256=_sha256(raw),
        shape=result.shape,
        code=result.code,
        risk_level=result.risk_level or "",
        risk_label1=result.path.risk_label1,
        risk_label2=result.path.risk_label2,
        risk_label3=result.path.risk_label3,
        result_type=result.result_type,
        final_result=result.final_result,
        policy_version=version,
        route=routed.as_json() | ({"queue": taken_in.queue, "dueAt": taken_in.due_at.isoformat()} if taken_in else {}),
    )


def _taken_in(result: MachineResult) -> TakenIn | None:
    if "dueAt" not in result.route:
        return None
    return TakenIn(result.route["queue"], datetime.fromisoformat(result.route["dueAt"]))


def _sha256(raw: str) -> str:
    return hashlib.sha256(raw.encode()).hexdigest()


def _handover() -> Handover:
    return cast(Handover, import_string(settings.CASE_HANDOVER))
