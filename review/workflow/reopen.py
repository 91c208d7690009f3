"""Reopen a decided case. Its final result stands until the new round's verdict corrects it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import labels
from moderation.intake.vendor_verdicts import is_evidence
from moderation.messages import Message
from moderation.models import Case, FinalResult
from moderation.policy import as_if_reviewed
from moderation.policy_versions import past_facts, store
from moderation.results import by_policy_alone, standing
from moderation.stored_facts import write
from review.models import DecidedCase, Queue, ReviewTask
from review.permissions import check_leads_in
from review.refusals import NotAcceptable, StillUndoable
from review.workflow import grid_eligibility, ranking
from review.workflow.enqueue import queue_for
from review.workflow.message_codes import WorkflowCode
from review.workflow.transitions import after


def reopen(case_id: int, *, by: User, note: str = "") -> ReviewTask:
    """Create the case's next round, in the queue of the last one, assigned to the lead who reopened it, or waiting when
    that person does not work in the queue. The first round of a case that policy decided alone is in the queue in which
    it would have waited, by the rules of then. Where that queue is closed, the one that took over counts: the round is
    in that one, and who leads that one may reopen. The case stays `final` for backends, so that no late machine result
    re-routes it, and the next verdict goes out as a correction.

    Raises NotAllowed, WrongState unless the last round is decided, StillUndoable, NotAcceptable, or
    Case.DoesNotExist.
    """
    check(by, Permission.REOPEN)
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).annotate(now=Now()).get(pk=case_id)
        task = _new_round(case, by=by, at=case.now)
        Case.objects.filter(pk=case.pk).update(reopened_at=case.now)
        task.owner = by if task.queue.memberships.filter(user=by).exists() else None
        task.leave_note(note, by=by, at=case.now)
        task.save()
        audit.record(AuditAction.CASE_REOPENED, by=by, on=case, round=task.round, note=note)
    return task


def first_queue(case: Case) -> Queue:
    """The queue that a case without any task would be reopened in."""
    return _first_round(case)[0].queue


def queue_after(last: ReviewTask) -> Queue:
    """The queue that the round after this one would be in."""
    return queue_for(last.queue.slug)


def _new_round(case: Case, *, by: User, at: datetime) -> ReviewTask:
    last = _last_round(case)
    if by_policy_alone(case, standing([case.pk]).get(case.pk)):
        task, terms = _first_round(case)
        check_leads_in(by, task.queue_id, Permission.REOPEN)
        task.round, task.entered_at = (last.round + 1 if last else 1), at
        ranking.place(task, terms)
        return task
    if last is None:
        refused = gettext("No person has decided this case, so there is nothing to open again.")
        raise NotAcceptable("/caseId", refused)
    check_leads_in(by, queue_after(last).pk, Permission.REOPEN)
    state = after("reopen", last.state)
    _check_left(case, at)
    return _next_round(last, state=state, at=at)


def _first_round(case: Case) -> tuple[ReviewTask, ranking.StoredTerms]:
    """The task, not yet placed, with the terms of its place."""
    result = case.machine_results.select_related("case__app").get(revision=case.stands_on)
    (facts,) = past_facts.facts_of([result])
    routed = as_if_reviewed(facts, policy=store.in_force()[1], taxonomy=labels.in_force())
    kept = DecidedCase.objects.select_related("queue").filter(case=case).first()
    queue = queue_for(kept.queue.slug if kept else routed.queue)
    label, severity = grid_eligibility.label_of(result), labels.severity_of(result) or ""
    task = ReviewTask(
        case=case,
        queue=queue,
        machine_revision=result.revision,
        top_label=label,
        severity=severity,
        why=Message(WorkflowCode.REOPENED),
    )
    return task, ranking.terms_of(queue, routed, facts)


def _last_round(case: Case) -> ReviewTask | None:
    tasks = ReviewTask.objects.select_for_update(no_key=True, of=["self"]).select_related("queue")
    return tasks.filter(case=case).order_by("round").last()


def _check_left(case: Case, now: datetime) -> None:
    """Until the result is released, the decision is undone instead, which requires that no other round is open."""
    if FinalResult.objects.filter(case=case, voided_at=None, release_at__gt=now).exists():
        raise StillUndoable


def _next_round(last: ReviewTask, *, state: ReviewTask.State, at: datetime) -> ReviewTask:
    """As urgent as the round before was, counted from now."""
    queue = queue_after(last)
    due_at = at + timedelta(minutes=queue.sla_minutes)
    return ReviewTask(
        case_id=last.case_id,
        round=last.round + 1,
        queue=queue,
        state=state,
        entered_at=at,
        due_at=due_at,
        rank_at=due_at - timedelta(minutes=sum(term["minutes"] for term in last.priority)),
        priority=last.priority,
        why=Message(WorkflowCode.REOPENED),
        **_said(last),
    )


def _said(last: ReviewTask) -> dict[str, Any]:
    """The machine's latest evidence, on which the case stands from now on; no failure and no reviewer's body."""
    results = last.case.machine_results.defer("raw").order_by("revision")
    evidence = [result for result in results if is_evidence(result)]
    if not evidence:
        return {name: getattr(last, name) for name in ("machine_revision", "top_label", "severity")}
    readable = evidence[-1]
    write.stand_on([readable])
    label = grid_eligibility.label_of(readable)
    return {"machine_revision": readable.revision, "top_label": label, "severity": labels.severity_of(readable) or ""}
