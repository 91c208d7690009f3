"""What the model knows: cases, tasks, leases, results, deliveries. Pure: no Django, no clock, no database.

Written from docs/leases.md, docs/outbox.md, docs/states.md, not from the code that it is held against. Times are hours
since the example began; the machine's minutes never matter, because nothing is near a limit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

LEASE_HOURS, UNDO_HOURS, SNOOZE_HOURS = 4.0, 1.0, 2.0
LEAPS = (1.5, 5.0)
"""By how much time moves on: past the undo window, and past every lease and snooze."""

WORKS_IN = {"alice": {"nudity", "default"}, "bob": {"nudity"}, "carol": {"nudity", "default"}, "dave": set[str]()}
MODERATORS, LEADS = ("alice", "bob"), ("carol",)  # Dave administers and works in no queue
SUBSCRIBED = {
    "orders": {"result.final", "result.corrected"},
    "archive": {"result.final", "result.corrected", "result.recorded"},
}


@dataclass
class Lease:
    """`shown` is the revision of the machine result that the person was shown last."""

    by: str
    token: UUID
    until: float
    shown: int


@dataclass
class Decision:
    pk: UUID
    by: str
    until: float
    is_undone: bool = False


@dataclass
class Task:
    """One round of a case. `state` is a word of docs/states.md."""

    pk: int
    round: int
    queue: str
    revision: int
    state: str = "waiting"
    lease: Lease | None = None
    owner: str | None = None
    wait_until: float = 0.0
    skipped: set[str] = field(default_factory=set)
    was_escalated: bool = False
    decisions: list[Decision] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state not in ("decided", "closed")

    def escalate(self) -> None:
        self.state, self.was_escalated = "escalated", True

    def come_back(self) -> None:
        """Once escalated, a task never returns to the moderators."""
        self.state = "escalated" if self.was_escalated else "waiting"


@dataclass
class Final:
    """`decision` is None where policy decided alone."""

    revision: int
    level: str
    decision: UUID | None
    release_at: float
    is_voided: bool = False


@dataclass
class Case:
    """`said` are the kinds of its machine results in their order, `events` the audit's actions in theirs."""

    name: str
    state: str = ""
    stands_on: int = 1
    is_reopened: bool = False
    said: list[str] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    finals: list[Final] = field(default_factory=list)
    events: list[str] = field(default_factory=list)

    @property
    def waits_as(self) -> Task | None:
        return self.tasks[-1] if self.tasks and self.tasks[-1].is_open else None

    @property
    def standing(self) -> list[Final]:
        return [one for one in self.finals if not one.is_voided]

    @property
    def is_by_policy(self) -> bool:
        """Whether policy alone decided it, so that the machine's next word decides it anew."""
        return self.state == "final" and not self.is_reopened and self.standing[-1].decision is None

    @property
    def is_by_person(self) -> bool:
        return self.state == "final" and not self.is_by_policy


@dataclass
class Delivery:
    """`final` is None for a result that is only recorded, whose revision is 0."""

    case: str
    endpoint: str
    revision: int
    final: Final | None
    due_at: float
    state: str
    attempts: int = 0
    token: UUID | None = None
    leased_until: float = -1.0


@dataclass
class Model:
    now: float = 0.0
    policy: str = "people"
    cases: dict[str, Case] = field(default_factory=dict)
    inactive: set[str] = field(default_factory=set)
    paused_queues: set[str] = field(default_factory=set)
    paused_endpoints: set[str] = field(default_factory=set)
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def tasks(self) -> list[Task]:
        return [task for case in self.cases.values() for task in case.tasks]

    def works(self, who: str, queue: str) -> bool:
        return who not in self.inactive and queue in WORKS_IN[who]

    def is_leased(self, task: Task) -> bool:
        return task.lease is not None and self.now < task.lease.until

    def takers(self, task: Task, *, state: str = "") -> set[str]:
        """Who works in its queue and may take such tasks at all."""
        people = LEADS if (state or task.state) == "escalated" else (*MODERATORS, *LEADS)
        return {who for who in people if self.works(who, task.queue)}

    def may_take(self, who: str, task: Task) -> bool:
        """Whether it can be handed out to this person now."""
        is_offered = task.state in ("waiting", "escalated") and task.queue not in self.paused_queues
        is_others = task.owner is not None and task.owner != who and task.owner in self.takers(task)
        return is_offered and not is_others and who in self.takers(task) - task.skipped and not self.is_leased(task)
