"""What happens without a person at the stage: results arrive, policies change, time passes, the dispatcher works."""

from __future__ import annotations

import itertools
from collections import Counter
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from moderation.contract import parse_submission
from moderation.intake.accept import accept
from moderation.models import Delivery as DeliveryRow
from moderation.results import events
from moderation.webhooks import endpoints
from moderation.webhooks.lease_due import LeasedDelivery, lease_due
from moderation.webhooks.record_attempts import record_attempts
from moderation.webhooks.sender import Sent
from review.queues import pause
from review.workflow import defer, leavers
from tests.factories import policies
from tests.model import database, machine_bodies, outbox, results, review
from tests.model.base import ANY_CASE, CASES, WHICH, Base, nth
from tests.model.state import LEAPS, Delivery


class SystemRules(Base):
    def __init__(self) -> None:
        super().__init__()
        self.serial = itertools.count(1)
        self.sent: dict[tuple[str, int], dict[str, object]] = {}
        self.flying: list[tuple[LeasedDelivery, Delivery]] = []
        self.told: list[tuple[str, int, UUID | None]] = []  # to backends, as events

    @initialize(kinds=st.lists(st.sampled_from(["unsure", "unsure", "surely fine", "ad"]), min_size=4, max_size=6))
    def some_cases_wait(self, kinds: list[str]) -> None:
        for name, kind in zip(CASES, kinds, strict=False):
            self.receive(name, kind)

    @rule(name=ANY_CASE, kind=st.sampled_from(sorted(machine_bodies.KINDS)))
    def receive(self, name: str, kind: str) -> None:
        """A new case, or a revision of one."""
        body = machine_bodies.body(name, kind, serial=next(self.serial))
        case = results.receive(self.model, name, kind)
        revision = len(case.said)
        self.sent[name, revision] = body
        accepted = accept(parse_submission(body), app=self.world.web, by=self.world.key)
        assert (accepted.revision, accepted.repeat) == (revision, False)
        self.learn_tasks(case)

    @rule(which=WHICH)
    def receive_the_same_again(self, which: int) -> None:
        """A repeat, also of an earlier revision, changes nothing."""
        if found := nth(sorted(self.sent.items()), which):
            (_, revision), body = found
            accepted = accept(parse_submission(body), app=self.world.web, by=self.world.key)
            assert (accepted.revision, accepted.repeat) == (revision, True)

    @rule()
    def publish(self) -> None:
        """The other policy counts for what arrives from now on; what was decided and what waits stays."""
        self.model.policy = "people" if self.model.policy == "alone" else "alone"
        policies.published(machine_bodies.POLICIES[self.model.policy], by=self.user("dave"))

    @rule(hours=st.sampled_from(LEAPS))
    def time_passes(self, hours: float) -> None:
        database.let_pass(hours)
        self.model.now += hours

    @rule()
    def maintain(self) -> None:
        """The steps of maintenance that concern tasks."""
        defer.return_from_snooze()
        defer.hand_up_left()
        assert leavers.hand_back_left() == 0  # a deactivation leaves nothing behind
        review.maintain(self.model)

    def turn_queue(self, queue: str) -> None:
        """Pause it, or hand out its tasks again."""
        row, dave = self.queue(queue), self.user("dave")
        if queue in self.model.paused_queues:
            pause.resume(row, by=dave)
            self.model.paused_queues.discard(queue)
        else:
            pause.pause(row, reason="", by=dave)
            self.model.paused_queues.add(queue)

    def turn_endpoint(self, endpoint: str) -> None:
        row, dave = self.endpoint(endpoint), self.user("dave")
        if endpoint in self.model.paused_endpoints:
            endpoints.resume(row, by=dave)
            outbox.resume(self.model, endpoint)
        else:
            endpoints.pause(row, by=dave)
            outbox.pause(self.model, endpoint)

    @rule()
    def dispatch(self) -> None:
        """The dispatcher leases what is due, and is now sending it."""
        wanted = outbox.due(self.model)
        leased = lease_due(64, per_endpoint=16, busy=Counter())
        found = [self.delivery(one) for one in leased]
        assert Counter(map(id, found)) == Counter(map(id, wanted))
        for row, delivery in zip(leased, found, strict=True):
            outbox.lease(self.model, delivery, row.lease_token)
            self.flying.append((row, delivery))

    @precondition(lambda self: self.flying)
    @rule(which=WHICH, is_delivered=st.booleans())
    def record(self, which: int, is_delivered: bool) -> None:
        """An attempt has ended, perhaps after its delivery was leased by another process."""
        row, delivery = self.flying.pop(which % len(self.flying))
        ended = Sent(12, is_delivered, status=200 if is_delivered else 500)
        record_attempts([(row, ended)], chance=lambda: 0.5)
        outbox.record(self.model, delivery, row.lease_token, is_delivered=is_delivered)

    @rule()
    def deliver(self) -> None:
        """All that is due, without a fault."""
        self.dispatch()
        while self.flying:
            self.record(0, True)

    def delivery(self, leased: LeasedDelivery) -> Delivery:
        """The model's delivery of this row: of several results that are only recorded, the first that is open."""
        row = DeliveryRow.objects.select_related("case", "endpoint", "final_result").get(pk=leased.delivery_id)
        place = (row.case.request_id if row.case else "", row.endpoint.name, row.revision)
        decision = row.final_result.decision_id if row.final_result else None
        same = [one for one in self.model.deliveries if (one.case, one.endpoint, one.revision) == place]
        same = [one for one in same if decision in (None, one.final and one.final.decision)]
        return next(one for one in same if one.state in ("pending", "paused"))

    @rule()
    def read_events(self) -> None:
        """Backends see every released result once, each case's in the order of its revisions, and never one change."""
        events.number_released()
        read = events.after(0, app=None, limit=1000)
        assert [one.event_number for one in read] == list(range(1, len(read) + 1))
        told = [(one.case.request_id, one.revision, one.decision_id) for one in read]
        assert told[: len(self.told)] == self.told
        assert Counter(told) == Counter(outbox.released(self.model))
        for name in self.model.cases:
            revisions = [revision for case, revision, _ in told if case == name]
            assert revisions == sorted(revisions)
        self.told = told
