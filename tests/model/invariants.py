"""What must hold after every step. Each reads the database and is named for what it says."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from accounts.audit_chain import append, verify
from accounts.models import AuditEvent
from review.cases import accounting
from review.models import Queue
from review.statistics import queue_depth
from tests.model.database import Found
from tests.model.state import Case, Model, Task

NEAR = timedelta(minutes=20)  # an example takes seconds; whatever is longer is wrong


def check_all(model: Model, found: Found) -> None:
    names = {row["pk"]: row["request_id"] for row in found.cases}
    check_cases(model, found)
    check_one_open_task_per_waiting_case(found)
    check_tasks(model, found, names)
    check_leases(model, found)
    check_decisions(model, found)
    check_final_results(model, found, names)
    check_one_delivery_per_endpoint(model, found, names)
    check_undone_is_never_sent(found)
    check_events(model, found)
    check_times(model, found)


def check_cases(model: Model, found: Found) -> None:
    expected = {case.name: (case.state, case.stands_on) for case in model.cases.values()}
    assert {row["request_id"]: (row["state"], row["stands_on"]) for row in found.cases} == expected


def check_one_open_task_per_waiting_case(found: Found) -> None:
    """A case that waits has one; a final one has none, unless it was reopened, and then one."""
    open_tasks = Counter(row["case_id"] for row in found.tasks if row["state"] not in ("decided", "closed"))
    for case in found.cases:
        number = open_tasks[case["pk"]]
        assert number == 1 if case["state"] == "queued" else number <= 1, (case, number)


def check_tasks(model: Model, found: Found, names: dict[int, str]) -> None:
    """Where every task of every round is, what its verdict would be about, and who has it."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in found.tasks:
        place = (row["round"], row["slug"], row["state"], row["machine_revision"])
        holder = (_name(row["who"]), row["lease_token"], row["is_leased_now"] or False)
        rows[names[row["case_id"]]].append((row["id"], *place, *holder, _name(row["owned_by"])))
    assert rows == {case.name: _tasks_of(model, case) for case in model.cases.values() if case.tasks}


def _tasks_of(model: Model, case: Case) -> list[Any]:
    return [
        (one.pk, one.round, one.queue, one.state, one.revision, *_holder(model, one), one.owner) for one in case.tasks
    ]


def _holder(model: Model, task: Task) -> tuple[Any, ...]:
    return (task.lease.by, task.lease.token, model.is_leased(task)) if task.lease else (None, None, False)


def check_leases(model: Model, found: Found) -> None:
    """Nobody has two leases of one task: the open row of history is the one on the task, with what was shown."""
    rows = sorted(
        (row["task_id"], _name(row["who"]), row["lease_token"], row["machine_revision"])
        for row in found.leases
        if row["ended_at"] is None
    )
    held = [(task.pk, task.lease.by, task.lease.token, task.lease.shown) for task in model.tasks if task.lease]
    assert rows == sorted(held)


def check_decisions(model: Model, found: Found) -> None:
    """Nobody decides without a lease of theirs that ended by it, nor about what the machine has replaced."""
    expected = {one.pk: (one.by, one.is_undone) for task in model.tasks for one in task.decisions}
    assert {row["id"]: (_name(row["who"]), row["undone_at"] is not None) for row in found.decisions} == expected
    decided = Counter((row["task_id"], row["by_id"]) for row in found.leases if row["outcome"] == "decided")
    assert Counter((row["task_id"], row["by_id"]) for row in found.decisions) == decided
    revisions = {task.pk: task.revision for task in model.tasks}
    standing = [row for row in found.decisions if row["undone_at"] is None]
    assert [row["seen"]["machineRevision"] for row in standing] == [revisions[row["task_id"]] for row in standing]


def check_final_results(model: Model, found: Found, names: dict[int, str]) -> None:
    """In order and numbered from 1 without a gap; each of a person belongs to one decision that stands."""
    rows: dict[str, list[Any]] = defaultdict(list)
    for row in found.finals:
        verdict = (row["revision"], row["risk_level"], row["decision_id"], row["result_type"])
        rows[names[row["case_id"]]].append((*verdict, row["voided_at"] is not None, row["is_released"]))
    for of_case in rows.values():
        assert [row[0] for row in of_case if not row[4]] == list(range(1, 1 + sum(not row[4] for row in of_case)))
    assert rows == {case.name: _finals_of(model, case) for case in model.cases.values() if case.finals}


def _finals_of(model: Model, case: Case) -> list[Any]:
    return [
        (
            one.revision,
            one.level,
            one.decision,
            int(one.decision is not None),
            one.is_voided,
            one.release_at <= model.now,
        )
        for one in case.finals
    ]


def check_one_delivery_per_endpoint(model: Model, found: Found, names: dict[int, str]) -> None:
    rows = [
        (names[row["case_id"]], row["to"], row["revision"], row["state"], row["attempts_made"])
        for row in found.deliveries
    ]
    expected = [(one.case, one.endpoint, one.revision, one.state, one.attempts) for one in model.deliveries]
    assert Counter(rows) == Counter(expected)


def check_undone_is_never_sent(found: Found) -> None:
    voided = {row["id"] for row in found.finals if row["voided_at"] is not None}
    sent = [row for row in found.deliveries if row["final_result_id"] in voided]
    assert [row for row in sent if row["state"] != "cancelled" or row["attempts_made"]] == []
    assert [row for row in found.finals if row["voided_at"] is not None and row["event_number"]] == []


def check_events(model: Model, found: Found) -> None:
    """The audit tells of each case what happened, once and in order; of each final result one event."""
    pks = {str(row["pk"]): row["request_id"] for row in found.cases}
    events: dict[str, list[str]] = defaultdict(list)
    for row in found.events:
        events[pks[row["on_id"]]].append(row["action"])
    assert events == {case.name: case.events for case in model.cases.values()}
    finalised = sum(of_case.count("result.finalised") for of_case in events.values())
    assert finalised == len(found.finals)


def check_times(model: Model, found: Found) -> None:
    """How long leases, snoozes and undo windows last from now."""
    rows = {f"lease of {row['id']}": row["lease_left"] for row in found.tasks if row["leased_until"]}
    rows |= {f"snooze of {row['id']}": row["snooze_left"] for row in found.tasks if row["state"] == "snoozed"}
    rows |= {f"undo of {row['id']}": row["undo_left"] for row in found.decisions}
    ends = {f"lease of {task.pk}": task.lease.until for task in model.tasks if task.lease}
    ends |= {f"snooze of {task.pk}": task.wait_until for task in model.tasks if task.state == "snoozed"}
    ends |= {f"undo of {one.pk}": one.until for task in model.tasks for one in task.decisions}
    expected = {name: timedelta(hours=until - model.now) for name, until in ends.items()}
    assert rows.keys() == expected.keys()
    assert {name: (left, expected[name]) for name, left in rows.items() if abs(left - expected[name]) > NEAR} == {}


def check_counts(model: Model) -> None:
    """The figures that people see of each queue."""
    for line in queue_depth.lines(list(Queue.objects.all())):
        tasks = [task for task in model.tasks if task.queue == line.slug]
        waiting = Counter(model.is_leased(task) for task in tasks if task.state == "waiting")
        states = Counter(task.state for task in tasks)
        shown = (line.waiting, line.leased, line.escalated, line.snoozed)
        assert shown == (waiting[False], waiting[True], states["escalated"], states["snoozed"]), line.slug


def check_accounting() -> None:
    """Our own check, of which the board tells, agrees that nothing is lost."""
    assert accounting.account().unaccounted == 0


def check_audit_chain_is_whole() -> None:
    """Read again from its start, at the end of an example."""
    append.append()
    append.append()
    reading = verify.whole()
    assert reading.fault is None
    assert reading.links == AuditEvent.objects.count()


def _name(who: str | None) -> str | None:
    return who.lower() if who else None
