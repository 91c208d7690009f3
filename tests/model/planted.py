"""Bugs that are planted into the code under the model, one at a time and inside a test, and the checks that are to find
them. Those that fault runs plant too are theirs (`tests/faults/planted`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from types import ModuleType
from typing import Any

from accounts.audit_actions import AuditAction
from review.workflow import leases
from review.workflow.transitions import after
from tests.faults.planted import (
    decisions_not_recognised,
    lease_never_ends,
    lease_token_unchecked,
    repeats_not_recognised,
    revision_order_dropped,
    two_leases,
    undo_ignored,
)
from tests.faults.planted.texts import change, replace

Plant = Callable[[ModuleType], None]


@dataclass(frozen=True, slots=True)
class Bug:
    """`patches`: by module, what plants it there. `caught_by`: functions of the model, one of which has to fail.
    `is_rare`: it takes more chains than the suite's.
    """

    name: str
    patches: Mapping[str, Plant]
    caught_by: tuple[str, ...]
    is_rare: bool = False


def _without_event(action: AuditAction, audit: ModuleType) -> None:
    """The change is made, and the audit does not tell."""
    usual = audit.record_all

    def record_all(recorded: AuditAction, *told: Any, **more: Any) -> None:
        if recorded != action:
            usual(recorded, *told, **more)

    replace(audit, "record_all", record_all)


def _skipped_is_offered_again(leases: ModuleType) -> None:
    """A task that a person skipped is handed to the same person."""
    skipped = "NOT EXISTS (SELECT FROM review_skip s WHERE s.task_id = task.id AND s.by_id = %(user)s)"
    change(leases, "_HEADS", old=skipped, new="TRUE")


def _outdated_is_taken(decisions: ModuleType) -> None:
    """A verdict about a machine result that has been replaced is taken for one about the newer."""
    replace(decisions, "_check_seen", lambda task, seen: None)


def _what_was_judged_is_not_asked(decisions: ModuleType) -> None:
    """The revision that the decision names does not count, only what the lease was shown, by whichever tab."""
    usual = decisions._end_lease
    replace(decisions, "_end_lease", lambda task, judgement: usual(task, _Unnamed()))


class _Unnamed:
    machine_revision = None


def _snooze_never_ends(defer: ModuleType) -> None:
    replace(defer, "return_from_snooze", lambda: 0)


def _machine_overrules_people(entries: ModuleType) -> None:
    """A result that comes after a person's verdict routes the case anew."""
    replace(entries, "is_by_person", lambda case, last: False)


def _escalation_is_forgotten(verbs: ModuleType) -> None:
    """What had been escalated goes back to the moderators."""
    replace(verbs, "back", lambda verb, task: after(verb, task.state))


def _ended_lease_counts(record_attempts: ModuleType) -> None:
    """An attempt is recorded also when its delivery has passed to another process meanwhile."""
    change(record_attempts, "_RECORD", old="AND ended.token = d.lease_token", new="")


(_REPEATS,) = repeats_not_recognised.PATCHES.values()  # where it is imported already
_UNDONE, _FINALISED = AuditAction.DECISION_UNDONE, AuditAction.RESULT_FINALISED
BUGS = (
    Bug("lease token unchecked", lease_token_unchecked.PATCHES, ("attempt",)),
    Bug("two leases", two_leases.PATCHES, ("take", "check_tasks")),
    Bug("lease never ends", lease_never_ends.PATCHES, ("check_times",)),
    Bug("undo ignored", undo_ignored.PATCHES, ("check_one_delivery_per_endpoint", "check_undone_is_never_sent")),
    Bug("undo without its event", {"accounts.audit": partial(_without_event, _UNDONE)}, ("check_events",)),
    Bug("skipped is offered again", {"review.workflow.leases": _skipped_is_offered_again}, ("take",)),
    Bug("outdated verdict is taken", {"review.workflow.decisions": _outdated_is_taken}, ("attempt",)),
    Bug("what was judged is not asked", {"review.workflow.decisions": _what_was_judged_is_not_asked}, ("attempt",)),
    Bug("revision order dropped", revision_order_dropped.PATCHES, ("dispatch",)),
    Bug("repeats not recognised", {"moderation.intake.accept": _REPEATS}, ("receive_the_same_again",)),
    Bug("decisions not recognised", decisions_not_recognised.PATCHES, ("decide_again_with_the_same_id",)),
    Bug("result without its event", {"accounts.audit": partial(_without_event, _FINALISED)}, ("check_events",)),
    Bug(
        "machine overrules people",
        {"moderation.intake.entries": _machine_overrules_people},
        ("check_cases", "check_tasks", "check_final_results"),
        is_rare=True,
    ),
    Bug(
        "escalation is forgotten",
        {"review.workflow.decisions": _escalation_is_forgotten},
        ("check_tasks", "take", "attempt"),
        is_rare=True,
    ),
    Bug(
        "ended lease of a delivery counts",
        {"moderation.webhooks.record_attempts": _ended_lease_counts},
        ("check_one_delivery_per_endpoint",),
        is_rare=True,
    ),
    Bug("snooze never ends", {"review.workflow.defer": _snooze_never_ends}, ("take", "check_tasks")),
)


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """The modules are as they were afterwards. Raises AssertionError where what it changes is not there any more."""
    with ExitStack() as stack:
        stack.callback(_forget_statements)
        for name, plant in bug.patches.items():
            module = import_module(name)
            stack.callback(vars(module).update, dict(vars(module)))
            plant(module)
        _forget_statements()
        yield


def _forget_statements() -> None:
    """Those that are composed once."""
    leases._heads_of.cache_clear()
    leases._lease_of.cache_clear()
