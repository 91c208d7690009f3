"""What people do at the stage and on pages: the functions that the views call, with the person who calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from accounts import people
from moderation import models as ledger
from review.models import ReviewTask
from review.workflow import decisions, defer, leases, snoozed
from review.workflow import reopen as reopening
from review.workflow.verdicts import Judgement
from tests.factories.verdicts import PASS, REJECT
from tests.model import review
from tests.model.base import PEOPLE, WHICH, Base, nth
from tests.model.review import Key
from tests.model.state import SNOOZE_HOURS, Case, Decision, Task

REFILL = st.sampled_from([0, 6])
JUDGEMENTS = st.sampled_from([PASS, REJECT])
WITH_A_KEY = precondition(lambda self: any(self.keys.values()))


def lease_key(key: Key) -> leases.LeaseKey:
    return leases.LeaseKey(key.task, key.token)


class PeopleRules(Base):
    @rule(who=PEOPLE, queue=st.sampled_from(["", "nudity", "default"]), count=st.sampled_from([1, 2, 6]))
    def take(self, who: str, queue: str, count: int) -> None:
        """One's own leases first, then the first in the order of the queue that this person may be handed."""
        refusal = "NotAllowed" if who in self.model.inactive else ""
        asked = [queue] if queue else []
        own = {task.pk: task for task in review.own(self.model, who) if queue in ("", task.queue)}
        free = [task for task in self.model.tasks if self.model.may_take(who, task) and queue in ("", task.queue)]
        free = [task for task in free if task.pk not in own]
        order = list(ReviewTask.objects.order_by("rank_at", "pk").values_list("pk", flat=True))
        wanted = sorted(own, key=order.index)[:count]
        wanted += sorted((task.pk for task in free), key=order.index)[: count - len(wanted)]
        taken = self.attempt(partial(leases.lease, queues=asked, count=count, by=self.user(who)), refusal=refusal)
        if taken is not None:
            assert {task.pk for task in taken} == set(wanted)
            self.lease(who, taken, own)

    def refill(self, who: str, count: int) -> None:
        """As the stage asks with each of its calls."""
        if count:
            self.take(who, "", count)

    def lease(self, who: str, taken: list[ReviewTask], own: dict[int, Task]) -> None:
        for task in taken:
            if task.pk in own:
                review.renew(self.model, own[task.pk])
            else:
                self.is_leased_now(who, task)
            self.remember(who, task)

    def is_leased_now(self, who: str, row: ReviewTask) -> None:
        (task,) = [one for one in self.model.tasks if one.pk == row.pk]
        assert row.lease_token is not None
        review.lease(self.model, task, who, row.lease_token)

    @WITH_A_KEY
    @rule(which=WHICH, judgement=JUDGEMENTS, says=st.booleans())
    def decide(self, which: int, judgement: Judgement, says: bool) -> None:
        """By a lease that may have ended, about what one was shown, which may have been replaced."""
        if found := self.key(which):
            who, key = found
            self.decide_by(key, who, judgement, says=says)

    @WITH_A_KEY
    @rule(who=PEOPLE, which=WHICH)
    def decide_by_the_lease_of_another(self, who: str, which: int) -> None:
        if found := self.key(which):
            self.decide_by(found[1], who, PASS)

    def decide_by(self, key: Key, who: str, judgement: Judgement, *, says: bool = True) -> Decision | None:
        """`says` what the browser shows, as the stage does; else it is what the lease was shown."""
        decision_id, by, task = uuid4(), self.user(who), review.task_of(self.model, key)
        judged = replace(judgement, machine_revision=self.on_screen[key.token] if says else None)
        refusal = review.why_not_decide(self.model, who, key, judged.machine_revision)
        call = partial(decisions.decide, decision_id=decision_id, lease_key=lease_key(key), judgement=judged, by=by)
        self.attempt(call, refusal=refusal)
        if refusal == "ResultChanged":
            review.renew(self.model, task)
            self.on_screen[key.token] = task.revision
        elif not refusal:
            review.decide(self.model, who, key, decision_id, judgement.verdict)
        return None if refusal else task.decisions[-1]

    def decided(self, which: int) -> tuple[Case, Task, Decision] | None:
        every = [
            (case, task, one) for case in self.model.cases.values() for task in case.tasks for one in task.decisions
        ]
        return nth(sorted(every, key=lambda one: (one[2].is_undone, -one[2].until)), which)

    @precondition(lambda self: self.decided(0))
    @rule(which=WHICH)
    def undo(self, which: int) -> None:
        if found := self.decided(which):
            self.undo_one(*found)

    def undo_one(self, case: Case, task: Task, decision: Decision) -> None:
        was_undone, refusal = decision.is_undone, review.why_not_undo(self.model, task, decision)
        row = self.attempt(partial(decisions.undo, decision.pk, by=self.user(decision.by)), refusal=refusal)
        if row is not None and not was_undone:
            review.undo(self.model, case, task, decision)
            self.learn_tasks(case)
            self.has_again(decision.by, task, row)

    def has_again(self, who: str, task: Task, row: ReviewTask) -> None:
        """The person who undid has the task again, unless what arrived meanwhile closed or moved it."""
        if task.is_open and self.model.works(who, task.queue):
            assert row.leased_by is not None
            self.is_leased_now(who, row)
            self.remember(who, row)

    @precondition(lambda self: self.decided(0))
    @rule(which=WHICH)
    def decide_again_with_the_same_id(self, which: int) -> None:
        """A repeated POST is the same decision, whatever has happened since."""
        if found := self.decided(which):
            _, task, decision = found
            refusal = "" if self.model.works(decision.by, task.queue) else "NotAllowed"
            key = leases.LeaseKey(task.pk, uuid4())
            call = partial(decisions.decide, decision_id=decision.pk, lease_key=key, judgement=PASS)
            again = self.attempt(partial(call, by=self.user(decision.by)), refusal=refusal)
            assert again is None or again.pk == decision.pk

    @WITH_A_KEY
    @rule(which=WHICH, refill=REFILL)
    def skip(self, which: int, refill: int) -> None:
        if found := self.key(which):
            self.skip_by(*found, refill)

    def skip_by(self, who: str, key: Key, refill: int) -> None:
        refusal = review.why_not_skip(self.model, who, key)
        self.attempt(partial(defer.skip, lease_key(key), by=self.user(who)), refusal=refusal)
        if not refusal:
            review.skip(self.model, who, key)
            self.refill(who, refill)

    @WITH_A_KEY
    @rule(which=WHICH, refill=REFILL)
    def escalate(self, which: int, refill: int) -> None:
        if found := self.key(which):
            self.escalate_by(*found, refill)

    def escalate_by(self, who: str, key: Key, refill: int) -> None:
        refusal = review.why_not_leased(self.model, who, key)
        self.attempt(partial(defer.escalate, lease_key(key), by=self.user(who)), refusal=refusal)
        if not refusal:
            review.escalate(self.model, key)
            self.refill(who, refill)

    @WITH_A_KEY
    @rule(which=WHICH, refill=REFILL)
    def snooze(self, which: int, refill: int) -> None:
        if found := self.key(which):
            self.snooze_by(*found, refill)

    def snooze_by(self, who: str, key: Key, refill: int) -> None:
        refusal = review.why_not_leased(self.model, who, key)
        until = timezone.now() + timedelta(hours=SNOOZE_HOURS)
        self.attempt(partial(defer.snooze, lease_key(key), until=until, by=self.user(who)), refusal=refusal)
        if not refusal:
            review.snooze(self.model, who, key, hours=SNOOZE_HOURS)
            self.refill(who, refill)

    def asleep(self) -> list[tuple[Case, Task]]:
        return [(case, task) for case in self.model.cases.values() for task in case.tasks if task.state == "snoozed"]

    @precondition(lambda self: self.asleep())
    @rule(who=PEOPLE, which=WHICH)
    def bring_back(self, who: str, which: int) -> None:
        if found := nth(self.asleep(), which):
            case, task = found
            refusal = review.why_not_bring_back(self.model, who, task)
            self.attempt(partial(snoozed.bring_back, task.pk, by=self.user(who)), refusal=refusal)
            if not refusal:
                review.bring_back(case, task)

    @WITH_A_KEY
    @rule(which=WHICH)
    def release(self, which: int) -> None:
        """What is not leased any more is released without a word."""
        if found := self.key(which):
            who, key = found
            leases.release([lease_key(key)], by=self.user(who))
            if review.is_current(self.model, who, key):
                review.task_of(self.model, key).lease = None

    @WITH_A_KEY
    @rule(who=PEOPLE, is_shown=st.booleans())
    def renew(self, who: str, is_shown: bool) -> None:
        """All that the browser knows of, as it does every half minute; or another tab of the same person does it, which
        shows what is new in its place.
        """
        kept = {key.task for key in self.keys[who] if review.is_current(self.model, who, key)}
        renewal = leases.renew([lease_key(key) for key in self.keys[who]], by=self.user(who))
        assert set(renewal.renewed) == kept
        changed = set()
        for task in (one for one in self.model.tasks if one.pk in kept):
            changed |= {task.pk} if task.lease and task.lease.shown != task.revision else set()
            review.renew(self.model, task)
        assert {task.pk for task in renewal.changed} == changed
        if is_shown:
            self.on_screen |= {task.lease_token: task.machine_revision for task in renewal.changed if task.lease_token}

    @rule(which=WHICH, who=st.sampled_from(["carol", "carol", "dave", "bob"]))
    def reopen(self, which: int, who: str) -> None:
        if case := nth(sorted(self.model.cases.values(), key=lambda one: one.state != "final"), which):
            self.reopen_one(case, who)

    def reopen_one(self, case: Case, who: str) -> None:
        refusal = "NotAllowed" if who == "bob" else review.why_not_reopen(self.model, case)
        pk = ledger.Case.objects.get(request_id=case.name).pk
        self.attempt(partial(reopening.reopen, pk, by=self.user(who)), refusal=refusal)
        if not refusal:
            review.reopen(case, who)
            self.learn_tasks(case)

    def turn_access(self, who: str) -> None:
        """Deactivate a moderator, or let one in again."""
        user, dave = self.user(who), self.user("dave")
        same: dict[str, Any] = {"name": user.name, "role": user.role, "by": dave}
        people.change(user, is_active=who in self.model.inactive, **same)
        if who in self.model.inactive:
            self.model.inactive.discard(who)
        else:
            review.deactivate(self.model, who)
