"""Every planted bug: what it is, the run that is aimed at it, and the checks of which one has to catch it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.faults.actors.results import DECIDED, QUEUED, RECORDED
from tests.faults.checks import decisions, deliveries, feed, leases, results
from tests.faults.options import Options

KILLS = ("web worker killed",)
BAD_RECEIVER = ("receiver answers 500", "receiver down", "receiver redirects")
SECONDS = 22.0


@dataclass(frozen=True, slots=True)
class Bug:
    """`name` is a module of this package. `caught_by`: checks, at least one of which has to find something."""

    name: str
    caught_by: tuple[str, ...]
    aimed: dict[str, Any]

    @property
    def options(self) -> Options:
        usual: dict[str, Any] = {"minutes": SECONDS / 60, "items": 400, "faults": 8, "drain_seconds": 25, "plain": True}
        patch = f"tests.faults.planted.{self.name}"
        return Options(**{**usual, "undo_seconds": 2, **self.aimed, "patches": (patch,)})


ONLY_QUEUED = {QUEUED: 1}
BUGS = (
    Bug(
        "lease_token_unchecked",
        (leases.LOST_LEASE,),
        {"only": ("Redis emptied",), "lease_seconds": 2, "acts": {"pass": 5, "late": 5}, "sorts": ONLY_QUEUED},
    ),
    Bug("two_leases", (leases.TWO_PEOPLE,), {"only": ("Redis emptied",), "sorts": ONLY_QUEUED, "think_seconds": 0.2}),
    Bug(
        "lease_never_ends",
        (results.STILL_WAITS,),
        {"only": ("Redis emptied",), "lease_seconds": 3, "acts": {"pass": 40, "leave": 1}, "sorts": ONLY_QUEUED},
    ),
    Bug(
        "deliveries_after_commit",
        (decisions.NOT_DELIVERED, deliveries.NO_DELIVERY),
        {"only": KILLS, "faults": 6, "sorts": ONLY_QUEUED, "acts": {"pass": 1}},
    ),
    Bug("undo_ignored", (decisions.UNDONE_TOLD,), {"only": ("Redis emptied",), "acts": {"pass": 3, "undo": 1}}),
    Bug("events_by_id", (feed.SKIPPED,), {"only": ("Redis emptied",), "sorts": {QUEUED: 1, DECIDED: 1}}),
    Bug(
        "revision_order_dropped",
        (deliveries.OUT_OF_ORDER,),
        {"only": ("receiver answers 500",), "faults": 9, "undo_seconds": 0, "reopened": 1.0, "sorts": ONLY_QUEUED}
        | {"moderators": 1, "think_seconds": 0.1, "acts": {"pass": 1}, "items": 150},
    ),
    Bug(
        "repeats_not_recognised",
        (results.ANOTHER,),
        {"only": ("Redis emptied",), "sent_twice": 0.5, "sorts": {RECORDED: 1}},
    ),
    Bug(
        "decisions_not_recognised", (decisions.REFUSED_TOLD,), {"sent_twice": 0.5, "only": KILLS, "sorts": ONLY_QUEUED}
    ),
    Bug("delivered_before_the_answer", (deliveries.NOT_TRUE,), {"only": BAD_RECEIVER}),
    Bug("new_id_for_each_try", (deliveries.TWO_IDS,), {"only": BAD_RECEIVER}),
    Bug("failures_forgotten", (deliveries.CANCELLED, deliveries.NOT_RECEIVED), {"only": BAD_RECEIVER}),
    Bug("acknowledged_before_commit", (results.NOT_IN_API,), {"only": KILLS, "items": 900, "sorts": {RECORDED: 1}}),
)
