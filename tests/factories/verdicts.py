"""Holding, judging and deciding in one line each."""

from __future__ import annotations

from uuid import UUID, uuid4

from accounts.models import User
from review.models import Decision, Queue, ReviewTask
from review.workflow import decisions, leases
from review.workflow.leases import LeaseKey
from review.workflow.verdicts import Judgement

REJECT = Judgement(verdict="REJECT", reason="nudity")
PASS = Judgement(verdict="PASS")


def lease_key_of(task: ReviewTask) -> LeaseKey:
    assert task.lease_token is not None
    return LeaseKey(task.pk, task.lease_token)


def take_lease(queue: Queue, *, by: User) -> ReviewTask:
    (task,) = leases.lease(queues=[queue.slug], count=1, by=by)
    return task


def decide(task: ReviewTask, *, by: User, judgement: Judgement = REJECT, decision_id: UUID | None = None) -> Decision:
    return decisions.decide(
        decision_id=decision_id or uuid4(), lease_key=lease_key_of(task), judgement=judgement, by=by
    )
