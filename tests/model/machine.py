"""The rules together, with what must hold after each."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from review.workflow.verdicts import Judgement
from tests.model import database, invariants
from tests.model.base import PEOPLE
from tests.model.people_rules import JUDGEMENTS, PeopleRules
from tests.model.review import is_current
from tests.model.state import LEAPS, MODERATORS, SUBSCRIBED
from tests.model.system_rules import SystemRules

QUEUES = ("nudity", "default")
MOST_INTERRUPTED = 2  # at once: else little would happen


class Machine(PeopleRules, SystemRules):
    def __init__(self) -> None:
        super().__init__()
        self.interrupted: list[str] = []

    @rule(who=PEOPLE, other=PEOPLE, judgement=JUDGEMENTS, meanwhile=st.sampled_from(["", "", "revised", "expired"]))
    def work(self, who: str, other: str, judgement: Judgement, meanwhile: str) -> None:
        """Take one and decide it; while it is looked at, the machine may say more, or its lease run out."""
        self.take(who, "", 1)
        keys = [key for key in self.keys[who] if is_current(self.model, who, key)]
        if keys and meanwhile == "revised":
            self.receive(keys[-1].case, "unsure")
        elif keys and meanwhile == "expired":
            self.time_passes(LEAPS[-1])
            self.take(other, "", 1)
        if keys:
            self.decide_by(keys[-1], who, judgement)

    @rule(what=st.sampled_from([*QUEUES, *MODERATORS, *SUBSCRIBED]))
    def interrupt(self, what: str) -> None:
        """Pause a queue or an endpoint, or deactivate a moderator; or let one go on again."""
        if what not in self.interrupted and len(self.interrupted) == MOST_INTERRUPTED:
            what = self.interrupted[0]
        turn = self.turn_queue if what in QUEUES else self.turn_access if what in MODERATORS else self.turn_endpoint
        turn(what)
        if what in self.interrupted:
            self.interrupted.remove(what)
        else:
            self.interrupted.append(what)

    @invariant()
    def all_holds(self) -> None:
        invariants.check_all(self.model, database.found())

    def teardown(self) -> None:
        invariants.check_audit_chain_is_whole()
