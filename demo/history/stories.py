"""What the people did with one case of the history, as the rows of their acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent, User
from demo.history.plan import Course, Planned, decided_at
from moderation.contract import json_text, result_body
from moderation.contract.values import RiskLevel
from moderation.messages import Message
from moderation.models import Case, FinalResult, MachineResult
from moderation.policy import BUILT_IN_TAXONOMY
from review.models import Decision, Lease, Reason, ReviewTask, Verdict
from review.workflow.machine_results import suggestion
from review.workflow.message_codes import WorkflowCode
from review.workflow.verdicts import Judgement, in_the_contracts_words

UNDO = timedelta(seconds=8)
_LONGEST_MS = 24_000

# What people write to each other: English, Chinese.
_ASKS = (
    "Is this a brand or an offer? I cannot tell. 这是品牌还是广告？我无法确定。",
    "A toy, I think. Do you agree? 我认为是玩具，你同意吗？",
    "Looks like the account of last week. 很像上周的那个账号。",
)
_ESCALATIONS = (
    "May be a minor. I do not want to decide this alone. 可能是未成年人，我不想独自判定。",
    "Public figure? The guideline does not say. 是公众人物吗？审核指引没有写明。",
    "Third one from this account today. 这个账号今天已是第三张。",
)
_COMPLAINTS = (
    "The platform asks again: their user complained. 平台再次询问：其用户已投诉。",
    "Passed by mistake, please look again. 误判为通过，请重新审核。",
)


@dataclass(frozen=True, slots=True)
class Staff:
    moderators: Sequence[User]
    lead: User


@dataclass(slots=True)
class Story:
    """One case's rows. `reasons` are those of its queue; `now` is the database's time."""

    planned: Planned
    case: Case
    machine: MachineResult
    task: ReviewTask
    reasons: Sequence[Reason]
    staff: Staff
    now: datetime
    tasks: list[ReviewTask] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    results: list[FinalResult] = field(default_factory=list)
    events: list[AuditEvent] = field(default_factory=list)
    rng: Random = field(init=False)
    author: User = field(init=False)
    colleague: User = field(init=False)

    def __post_init__(self) -> None:
        self.rng = Random(f"story {self.planned.number}")
        self.tasks.append(self.task)
        self.author, self.colleague = self.rng.sample(list(self.staff.moderators), 2)

    def tell(self) -> None:
        """Make the rows of everything that happened, in its order."""
        course, at = self.planned.course, self._decided_at()
        if course in (Course.SECOND_OPINION, Course.SECOND_OPINION_OPEN):
            self._ask(at)
        elif course in (Course.ESCALATED, Course.ESCALATED_OPEN):
            self._escalate(at)
        elif course == Course.SKIPPED:
            self._skip(at)
        elif course == Course.UNDONE:
            self._undo(self._decide(self.author, at, Verdict.PASS))
            self._decide(self.author, at + timedelta(seconds=9), Verdict.REJECT)
        elif course == Course.ASSIGNED_OPEN:
            self._assign(at)
        elif course in (Course.REOPENED, Course.REOPENED_OPEN):
            self._reopen(self._decide(self.author, at, Verdict.PASS))
        else:
            self._decide(self.author, at)

    def _decided_at(self) -> datetime:
        return decided_at(self.planned, sla_minutes=self.task.queue.sla_minutes, now=self.now)

    def _later(self, at: datetime, share: float) -> datetime:
        """Between then and now: a quarter of an hour and some, or less where there is no time for it."""
        return min(at + timedelta(minutes=15 + 60 * share), at + (self.now - timedelta(seconds=40) - at) * share)

    def _ask(self, at: datetime) -> None:
        note = self.rng.choice(_ASKS)
        self._lease(self.author, at, Lease.Outcome.ASSIGNED)
        told = {"to": self.colleague.email, "note": note, "view": self._verdict().value}
        self._event(AuditAction.CASE_SECOND_OPINION_ASKED, self.author, at, **told)
        self._leave(self.author, note, at, to=self.colleague)
        if not self.planned.course.is_open:
            self._decide(self.colleague, self._later(at, 0.5))

    def _escalate(self, at: datetime) -> None:
        note = self.rng.choice(_ESCALATIONS)
        self._lease(self.author, at, Lease.Outcome.ESCALATED)
        self._event(AuditAction.CASE_ESCALATED, self.author, at, note=note, to="")
        self._leave(self.author, note, at)
        self.task.state, self.task.escalated_at = ReviewTask.State.ESCALATED, at
        if not self.planned.course.is_open:
            self._decide(self.staff.lead, self._later(at, 0.6))

    def _assign(self, at: datetime) -> None:
        note = self.rng.choice(_ASKS)
        told = {"to": self.author.email, "note": note}
        self._event(AuditAction.CASE_ASSIGNED, self.staff.lead, at, **told)
        self._leave(self.staff.lead, note, at, to=self.author)

    def _skip(self, at: datetime) -> None:
        self._lease(self.author, at, Lease.Outcome.SKIPPED)
        self._event(AuditAction.CASE_SKIPPED, self.author, at)
        self._decide(self.colleague, self._later(at, 0.3))

    def _reopen(self, before: Decision) -> None:
        first, lead, note = self.task, self.staff.lead, self.rng.choice(_COMPLAINTS)
        at = self._later(before.undo_until, 0.7)
        self.task = ReviewTask(
            **{name: getattr(first, name) for name in ("case", "queue", "machine_revision", "top_label", "severity")},
            round=2,
            entered_at=at,
            due_at=at + timedelta(minutes=first.queue.sla_minutes),
            rank_at=at + (first.rank_at - first.entered_at),
            priority=first.priority,
            why=Message(WorkflowCode.REOPENED),
        )
        self.tasks.append(self.task)
        self._leave(lead, note, at, to=lead)
        self._event(AuditAction.CASE_REOPENED, lead, at, round=2, note=note)
        if not self.planned.course.is_open:
            self._decide(lead, self._later(at, 0.4), Verdict.REJECT)

    def _leave(self, by: User, note: str, at: datetime, *, to: User | None = None) -> None:
        self.task.owner = to
        self.task.leave_note(note, by=by, at=at)

    def _lease(self, by: User, ended_at: datetime, outcome: Lease.Outcome) -> Lease:
        lasted = timedelta(seconds=self.rng.uniform(2, 9))
        lease = Lease(
            task=self.task,
            by=by,
            lease_token=self._uuid(),
            leased_at=max(ended_at - lasted, self.task.entered_at),
            ended_at=ended_at,
            outcome=outcome,
        )
        self.leases.append(lease)
        return lease

    def _verdict(self) -> Verdict:
        """People agree with the machine the more often the surer it is."""
        surest = max((label.probability or 0 for label in self.machine.result.labels), default=0)
        can_reject = suggestion(self.machine) is not None
        return Verdict.REJECT if can_reject and self.rng.random() < 0.8 * surest else Verdict.PASS

    def _judgement(self, verdict: Verdict | None) -> tuple[Judgement, Reason | None]:
        said = verdict or self._verdict()
        elapsed = min(_LONGEST_MS, round(self.rng.lognormvariate(7.35, 0.55)))
        if said == Verdict.PASS:
            return Judgement(said, elapsed_ms=elapsed), None
        category = BUILT_IN_TAXONOMY.canonical(self.machine.risk_label1)
        fitting = [one for one in self.reasons if one.risk_label1 == category]
        needed = suggestion(self.machine) is None
        reason = self.rng.choice(fitting or self.reasons) if needed or (fitting and self.rng.random() < 0.6) else None
        return Judgement(said, reason=reason.code if reason else "", elapsed_ms=elapsed), reason

    def _decide(self, by: User, at: datetime, verdict: Verdict | None = None) -> Decision:
        judgement, reason = self._judgement(verdict)
        self._lease(by, at, Lease.Outcome.DECIDED)
        decision = Decision(
            id=self._uuid(),
            task=self.task,
            by=by,
            verdict=judgement.verdict,
            reason=judgement.reason,
            policy_version=self.machine.policy_version.number if self.machine.policy_version else 0,
            seen={"machineRevision": 1, "pictureSha256": self.case.picture_fetch.picture_id},
            elapsed_ms=judgement.elapsed_ms,
            decided_at=at,
            undo_until=at + UNDO,
        )
        self.task.state, self.task.closed_at = ReviewTask.State.DECIDED, at
        self.decisions.append(decision)
        told = {"verdict": decision.verdict, "reason": decision.reason, "decision_id": str(decision.pk)}
        self._event(AuditAction.CASE_DECIDED, by, at, **told)
        self._finalise(decision, judgement, reason)
        return decision

    def _finalise(self, decision: Decision, judgement: Judgement, reason: Reason | None) -> None:
        words = in_the_contracts_words(judgement, reason, self.machine)
        body = result_body.final_result(
            machine_raw=self.machine.body,
            request_id=self.case.request_id,
            bt_id="",
            risk_level=words.risk_level,
            path=words.path,
            risk_description=words.risk_description,
            result_type=1,
            data_id=self.case.data_id,
            pass_through=self.machine.body["auxInfo"].get("passThrough"),
        )
        result = FinalResult(
            case=self.case,
            revision=1 + sum(other.voided_at is None for other in self.results),
            result_type=1,
            risk_level=RiskLevel(words.risk_level),
            risk_label1=words.path.risk_label1,
            risk_label2=words.path.risk_label2,
            risk_label3=words.path.risk_label3,
            body=json_text.dumps(body),
            decision_id=decision.pk,
            decided_at=decision.decided_at,
            release_at=decision.undo_until,
            deliveries_made=0,
        )
        self.results.append(result)
        told: Mapping[str, Any] = {"revision": result.revision, "risk_level": words.risk_level}
        self._event(AuditAction.RESULT_FINALISED, decision.by, decision.decided_at, **told)

    def _undo(self, decision: Decision) -> None:
        at = decision.decided_at + timedelta(seconds=3)
        decision.undone_at = self.results[-1].voided_at = at
        self._event(AuditAction.RESULT_WITHDRAWN, decision.by, at, revision=self.results[-1].revision)
        self._event(AuditAction.DECISION_UNDONE, decision.by, at, decision_id=str(decision.pk))

    def _event(self, action: AuditAction, by: User, at: datetime, **details: Any) -> None:
        self.events.append(event(action, self.case, by=by, at=at, **details))

    def _uuid(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)


def event(action: AuditAction, case: Case, *, by: User | str, at: datetime, **details: Any) -> AuditEvent:
    person = by if isinstance(by, User) else None
    name = person.email if person else str(by)
    facts = {"on_type": "case", "on_id": str(case.pk), "details": details}
    return AuditEvent(at=at, by=person, by_name=name, action=action.value, **facts)
