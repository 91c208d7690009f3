"""Everything stored about one case, read in one query per table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from accounts import audit
from accounts.models import AuditEvent, User
from moderation.models import Case, Delivery, FinalResult, MachineResult
from review.models import Decision, Lease, ReviewTask
from review.permissions import cases_seen_by


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """Rows in the order in which they were written."""

    case: Case
    machine: Sequence[MachineResult]
    tasks: Sequence[ReviewTask]
    leases: Sequence[Lease]
    decisions: Sequence[Decision]
    results: Sequence[FinalResult]
    deliveries: Sequence[Delivery]  # each with its attempts
    events: Sequence[AuditEvent]

    @property
    def last_result(self) -> FinalResult | None:
        return max((one for one in self.results if not one.voided_at), key=lambda one: one.revision, default=None)


def read(case_id: int, *, user: User) -> CaseRecord | None:
    """None also when the user may not see the case, so that its existence is not disclosed."""
    case = cases_seen_by(user).select_related("app", "picture_fetch__picture").filter(pk=case_id).first()
    if case is None:
        return None
    people = ["queue", "leased_by", "owner", "noted_by"]
    events = audit.history_of(case).select_related("by")
    return CaseRecord(
        case,
        list(case.machine_results.select_related("policy_version").order_by("revision")),
        list(case.review_tasks.select_related(*people).order_by("round")),
        list(Lease.objects.filter(task__case=case).select_related("by").order_by("pk")),
        list(_decisions_on(case).select_related("by").order_by("decided_at", "pk")),
        list(case.final_results.order_by("pk")),
        list(case.deliveries.select_related("endpoint").prefetch_related("attempts").order_by("pk")),
        list(events.order_by("pk")),
    )


def _decisions_on(case: Case) -> QuerySet[Decision]:
    """Decisions on its own tasks, and on a task that it was decided with. Asked for as one "or", all decisions that
    there are would be read.
    """
    own = Decision.objects.filter(task__case=case).values("pk")
    answered = case.final_results.exclude(decision_id=None).values("decision_id")
    return Decision.objects.filter(pk__in=own.union(answered, all=True))
