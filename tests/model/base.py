"""What all rules share: the model, the people, and how a call is tried and compared with what the model says."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, TypeVar
from uuid import UUID

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from accounts.models import User
from accounts.permissions import NotAllowed
from moderation.models import Endpoint
from review.models import Queue, ReviewTask
from review.refusals import Refused
from review.workflow.transitions import WrongState
from tests.model.database import Rows
from tests.model.review import Key, is_current
from tests.model.state import Case, Model
from tests.world import World

CASES = [f"case {n}" for n in range(6)]
PEOPLE = st.sampled_from(["alice", "bob", "carol"])
ANY_CASE = st.sampled_from(CASES)
WHICH = st.sampled_from([0, 0, 0, 1, 2, 5])  # of a list, whose most useful come first

Returned = TypeVar("Returned")
One = TypeVar("One")


class Base(RuleBasedStateMachine):
    """Each machine is one example: it begins with the same rows, and an empty model."""

    world: ClassVar[World]
    rows: ClassVar[Rows]

    def __init__(self) -> None:
        super().__init__()
        self.rows.put_back()
        self.model = Model()
        self.keys: dict[str, list[Key]] = {"alice": [], "bob": [], "carol": []}
        self.on_screen: dict[UUID, int] = {}  # by lease token: the revision of the machine result that a browser shows

    def user(self, who: str) -> User:
        """As a request has it: read anew."""
        return User.objects.get(pk=getattr(self.world, who).pk)

    def queue(self, slug: str) -> Queue:
        return Queue.objects.get(slug=slug)

    def endpoint(self, name: str) -> Endpoint:
        return Endpoint.objects.get(name=name)

    def attempt(self, call: partial[Returned], *, refusal: str) -> Returned | None:
        """Make the call, which must be refused as the model says, or not at all. `--hypothesis-show-statistics` tells
        how often each came to what.
        """
        outcome, returned = "", None
        try:
            returned = call()
        except (Refused, WrongState, NotAllowed) as refused:
            outcome = type(refused).__name__
        event(f"{call.func.__name__}: {outcome or 'done'}")
        assert outcome == refusal, f"{outcome or 'success'} instead of {refusal or 'success'}"
        return returned

    def remember(self, who: str, task: ReviewTask) -> None:
        """What a browser keeps of a task that it was handed."""
        assert task.lease_token is not None
        key = Key(task.case.request_id, task.pk, task.lease_token)
        if key not in self.keys[who]:
            self.keys[who].append(key)
        self.on_screen[key.token] = task.machine_revision

    def key(self, which: int) -> tuple[str, Key] | None:
        """Somebody with a key: those that count before those that have passed, the newest first."""
        every = [(who, key) for who, keys in self.keys.items() for key in reversed(keys)]
        return nth(sorted(every, key=lambda one: not is_current(self.model, *one)), which)

    def learn_tasks(self, case: Case) -> None:
        """The ids of rounds that the model expects since."""
        for task in case.tasks:
            if not task.pk:
                task.pk = ReviewTask.objects.get(case__request_id=case.name, round=task.round).pk


def nth(found: list[One], which: int) -> One | None:
    return found[which % len(found)] if found else None
