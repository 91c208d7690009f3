"""The rules together, with what must hold after each."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from review.workflow.verdicts import Judgement
from tests.factories.verdicts import PASS, REJECT
from tests.model import database, invariants
from tests.model.base import PEOPLE
from tests.model.people_rules import JUDGEMENTS, PeopleRules
from tests.model.review import Key, is_current, task_of
from tests.model.state import LEAPS, MODERATORS, SUBSCRIBED
from tests.model.system_rules import SystemRules

QUEUES = ("nudity", "default")
FIGURES_EACH = 5  # steps: they take as long as all else
MEANWHILE = st.sampled_from(["", "", "revised", "revised, as another tab shows", "expired"])
MOST_INTERRUPTED = 2  # at once: else little would happen


class Machine(PeopleRules, SystemRules):
    def __init__(self) -> None:
        super().__init__()
        self.interrupted: list[str] = []
        self.steps = 0

    @rule(who=PEOPLE, other=PEOPLE, judgement=JUDGEMENTS, meanwhile=MEANWHILE, then=st.sampled_from(["", "undo"]))
    def work(self, who: str, other: str, judgement: Judgement, meanwhile: str, then: str) -> None:
        """Take one and decide it; while it is looked at, the machine may say more, or its lease run out. Then perhaps
        undo it.
        """
        if not (key := self.taken_by(who)):
            return
        if meanwhile.startswith("revised"):
            self.receive(key.case, "unsure")
        if meanwhile == "revised, as another tab shows":
            self.renew(who, is_shown=False)
        elif meanwhile == "expired":
            self.time_passes(LEAPS[-1])
            self.take(other, "", 1)
        decision = self.decide_by(key, who, judgement)
        if decision and then:
            self.undo_one(self.model.cases[key.case], task_of(self.model, key), decision)

    @rule(who=PEOPLE, how=st.sampled_from(["skip", "skip", "escalate", "snooze"]), then=st.sampled_from(["", "later"]))
    def set_aside(self, who: str, how: str, then: str) -> None:
        """Take one, do not decide it, and ask for more: it is somebody else's now."""
        if key := self.taken_by(who):
            {"skip": self.skip_by, "escalate": self.escalate_by, "snooze": self.snooze_by}[how](who, key, 6)
        if then:
            self.time_passes(LEAPS[-1])
            self.maintain()
            self.take(who, "", 6)

    @rule(who=PEOPLE, judgement=JUDGEMENTS, is_told=st.booleans())
    def correct(self, who: str, judgement: Judgement, is_told: bool) -> None:
        """Decide one, and once it cannot be undone any more a lead says something else. Endpoints may have been told of
        the first verdict by then; the correction waits for it.
        """
        key = self.taken_by(who)
        if not key or not self.decide_by(key, who, judgement):
            return
        self.time_passes(LEAPS[0])
        if is_told:
            self.deliver()
        self.reopen_one(self.model.cases[key.case], "carol")
        if again := self.taken_by("carol", key.case):
            self.decide_by(again, "carol", REJECT if judgement is PASS else PASS)
        self.time_passes(LEAPS[0])
        self.dispatch()

    def taken_by(self, who: str, case: str = "") -> Key | None:
        """Let them take one, and return what they have: the newest, or what they have of this case."""
        self.take(who, "", 6 if case else 1)
        keys = [key for key in self.keys[who] if is_current(self.model, who, key) and case in ("", key.case)]
        return keys[-1] if keys else None

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
        self.steps += 1
        if self.steps % FIGURES_EACH == 0:
            invariants.check_counts(self.model)
            invariants.check_accounting()

    def teardown(self) -> None:
        invariants.check_audit_chain_is_whole()
