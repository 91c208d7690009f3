"""What people do to tasks, and why they may be refused: "" where they are not, else the name of the refusal."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.model.results import finalise, late_evidence, stand_on
from tests.model.state import LEADS, LEASE_HOURS, UNDO_HOURS, WORKS_IN, Case, Decision, Lease, Model, Task


@dataclass(frozen=True)
class Key:
    """A lease as its person's browser remembers it, also when it has ended."""

    case: str
    task: int
    token: UUID


def task_of(model: Model, key: Key) -> Task:
    return next(task for task in model.cases[key.case].tasks if task.pk == key.task)


def is_current(model: Model, who: str, key: Key) -> bool:
    """Whether the token is on the task: also when the time has passed, until somebody else leases it."""
    lease = task_of(model, key).lease
    return lease is not None and (lease.token, lease.by) == (key.token, who)


def why_not_leased(model: Model, who: str, key: Key) -> str:
    task = task_of(model, key)
    if not model.works(who, task.queue):
        return "NotAllowed"
    if task.state == "decided":
        return "AlreadyDecided"
    return "" if is_current(model, who, key) else "LeaseLost"


def own(model: Model, who: str) -> list[Task]:
    """What this person has leased in queues where they work, in whatever order."""
    tasks = [task for task in model.tasks if task.lease and task.lease.by == who]
    return [task for task in tasks if model.works(who, task.queue)]


def lease(model: Model, task: Task, who: str, token: UUID) -> None:
    task.lease = Lease(who, token, model.now + LEASE_HOURS, task.revision)


def renew(model: Model, task: Task) -> None:
    """The person has it longer, and is shown what is new."""
    if task.lease:
        task.lease.until, task.lease.shown = model.now + LEASE_HOURS, task.revision


def why_not_decide(model: Model, who: str, key: Key, judged: int | None) -> str:
    """`judged` is the machine result that the browser showed, where it says so."""
    task = task_of(model, key)
    if refusal := why_not_leased(model, who, key):
        return refusal
    return "ResultChanged" if task.lease and (judged or task.lease.shown) != task.revision else ""


def decide(model: Model, who: str, key: Key, decision_id: UUID, level: str) -> None:
    case, task = model.cases[key.case], task_of(model, key)
    until = model.now + UNDO_HOURS
    task.decisions.append(Decision(decision_id, who, until))
    task.state, task.lease = "decided", None
    case.events.append("case.decided")
    finalise(model, case, level=level, decision=decision_id, release_at=until)


def why_not_undo(model: Model, task: Task, decision: Decision) -> str:
    """A second undo changes nothing; but the task may be somebody else's by then."""
    if not model.works(decision.by, task.queue):
        return "NotAllowed"
    if decision.is_undone:
        return "WindowClosed" if task.lease and task.lease.by != decision.by else ""
    return "" if model.now < decision.until else "WindowClosed"


def undo(model: Model, case: Case, task: Task, decision: Decision) -> None:
    """As if there had been no verdict: what the machine said meanwhile counts now, unless a lead reopened the case."""
    decision.is_undone = True
    (voided,) = [one for one in case.standing if one.decision == decision.pk]
    voided.is_voided = True
    for delivery in model.deliveries:
        if delivery.final is voided:
            delivery.state = "cancelled"
    task.come_back()
    case.events += ["result.withdrawn", "decision.undone"]
    last = case.standing[-1] if case.standing else None
    if last is None or (last.decision is None and not case.is_reopened):
        case.state = "queued"
        if late := late_evidence(case):
            stand_on(model, case, late)


def why_not_skip(model: Model, who: str, key: Key) -> str:
    """The last lead cannot skip: every case can be leased by somebody."""
    task = task_of(model, key)
    if refusal := why_not_leased(model, who, key):
        return refusal
    is_last = task.state == "escalated" and not model.takers(task) - task.skipped - {who}
    return "NotAcceptable" if is_last else ""


def skip(model: Model, who: str, key: Key) -> None:
    case, task = model.cases[key.case], task_of(model, key)
    task.skipped.add(who)
    task.owner = task.lease = None
    case.events.append("case.skipped")
    if task.state == "waiting" and not _moderators_left(model, task):
        _hand_up(model, case, task)


def escalate(model: Model, key: Key) -> None:
    task = task_of(model, key)
    task.owner = task.lease = None
    _hand_up(model, model.cases[key.case], task)


def snooze(model: Model, who: str, key: Key, *, hours: float) -> None:
    task = task_of(model, key)
    task.state, task.lease, task.owner = "snoozed", None, who
    task.wait_until = model.now + hours
    model.cases[key.case].events.append("case.snoozed")


def why_not_bring_back(model: Model, who: str, task: Task) -> str:
    may = model.works(who, task.queue) and (task.owner == who or who in LEADS)
    return "" if may else "NotAllowed"


def bring_back(case: Case, task: Task) -> None:
    task.come_back()
    task.owner = None
    case.events.append("case.brought-back")


def why_not_reopen(model: Model, case: Case) -> str:
    """By a lead of its queue, who is told why not."""
    if case.is_by_policy:
        return ""
    if not case.tasks:
        return "NotAcceptable"
    if case.tasks[-1].state != "decided":
        return "WrongState"
    return "StillUndoable" if any(one.release_at > model.now for one in case.standing) else ""


def reopen(case: Case, who: str) -> None:
    """The next round stands on the machine's latest evidence; where policy decided, on what that decided by."""
    if case.is_by_policy:
        queue = "default" if case.said[case.stands_on - 1] in ("ad", "clean") else "nudity"
    else:
        queue = case.tasks[-1].queue
        case.stands_on = late_evidence(case) or case.stands_on
    owner = who if queue in WORKS_IN[who] else None
    case.tasks.append(Task(0, len(case.tasks) + 1, queue, case.stands_on, owner=owner))
    case.is_reopened = True
    case.events.append("case.reopened")


def deactivate(model: Model, who: str) -> None:
    """What the person has leased or snoozed goes back to the queues in the same transaction."""
    model.inactive.add(who)
    for case in model.cases.values():
        task = case.waits_as
        if task and task.lease and task.lease.by == who:
            task.lease = None
        if task and task.state == "snoozed" and task.owner == who:
            bring_back(case, task)


def maintain(model: Model) -> None:
    """Snoozes end, and what everybody left has skipped is escalated."""
    for case in model.cases.values():
        task = case.waits_as
        if task and task.state == "snoozed" and task.wait_until <= model.now:
            task.come_back()
            task.owner = None
        if task and task.skipped and _is_left(model, task):
            task.owner = task.lease = None
            _hand_up(model, case, task)


def _is_left(model: Model, task: Task) -> bool:
    is_for_somebody = task.owner is not None and task.owner in model.takers(task)
    is_free = task.state == "waiting" and not model.is_leased(task)
    return is_free and not is_for_somebody and not _moderators_left(model, task)


def _moderators_left(model: Model, task: Task) -> set[str]:
    return model.takers(task, state="waiting") - set(LEADS) - task.skipped


def _hand_up(model: Model, case: Case, task: Task) -> None:
    """When every lead skipped it while it waited, they are asked again."""
    leads = model.takers(task, state="escalated")
    if leads <= task.skipped:
        task.skipped -= leads
    task.escalate()
    case.events.append("case.escalated")
