"""What the machine's results do to cases: by the policy in force they wait, are decided, or are recorded."""

from __future__ import annotations

from uuid import UUID

from tests.model.state import SUBSCRIBED, Case, Delivery, Final, Model, Task

_BY_PEOPLE = {
    "unsure": ("queued", "nudity"),
    "surely fine": ("queued", "nudity"),
    "surely porn": ("queued", "nudity"),
    "ad": ("queued", "default"),
    "clean": ("recorded", ""),
    "failed": ("failed", ""),
}
ROUTES = {
    "people": _BY_PEOPLE,
    "alone": _BY_PEOPLE
    | {"surely fine": ("final", "PASS"), "surely porn": ("final", "REJECT"), "clean": ("final", "PASS")},
}
"""By policy and kind of result: the state of the case, and its queue or what is decided. Under the second policy a high
and a low score need no person.
"""


def receive(model: Model, name: str, kind: str) -> Case:
    """A result arrives. A person's verdict stands; and a failure says nothing about what was judged before."""
    case = model.cases.setdefault(name, Case(name))
    case.said.append(kind)
    is_first = len(case.said) == 1
    case.events.append("case.received" if is_first else "case.revised")
    if is_first or not (case.is_by_person or kind == "failed"):
        stand_on(model, case, len(case.said))
    return case


def stand_on(model: Model, case: Case, revision: int) -> None:
    """Route it by this revision, by the policy in force now."""
    case.stands_on = revision
    state, where = ROUTES[model.policy][case.said[revision - 1]]
    if state == "queued":
        _wait_in(case, where)
    elif task := case.waits_as:
        task.state, task.lease = "closed", None
    case.state = "final" if state == "recorded" and case.standing else state
    if state == "final" and not (case.standing and case.standing[-1].level == where):
        finalise(model, case, level=where, decision=None, release_at=model.now)
    if case.state == "recorded":
        _put(model, case, None, "result.recorded")


def late_evidence(case: Case) -> int | None:
    """The last revision after the one that the case stands on that says something about the picture."""
    late = range(len(case.said), case.stands_on, -1)
    return next((revision for revision in late if case.said[revision - 1] != "failed"), None)


def finalise(model: Model, case: Case, *, level: str, decision: UUID | None, release_at: float) -> None:
    final = Final(len(case.standing) + 1, level, decision, release_at)
    case.finals.append(final)
    case.state = "final"
    case.events.append("result.finalised")
    first = "result.recorded" if decision is None else "result.final"
    _put(model, case, final, "result.corrected" if final.revision > 1 else first)


def _wait_in(case: Case, queue: str) -> None:
    """A new round, or the task that waits already: it keeps its lease while its queue stays, and is snoozed no more."""
    task = case.waits_as
    if task is None:
        case.tasks.append(Task(0, len(case.tasks) + 1, queue, case.stands_on))
        return
    if task.state == "snoozed":
        task.come_back()
        task.owner = None
    if task.queue != queue:
        task.queue, task.lease = queue, None
    task.revision = case.stands_on


def _put(model: Model, case: Case, final: Final | None, event_type: str) -> None:
    """One row for each endpoint that subscribed to it."""
    for endpoint, types in SUBSCRIBED.items():
        if event_type in types:
            state = "paused" if endpoint in model.paused_endpoints else "pending"
            revision, due_at = (final.revision, final.release_at) if final else (0, model.now)
            model.deliveries.append(Delivery(case.name, endpoint, revision, final, due_at, state))
