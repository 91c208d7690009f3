"""What a person has to confirm before a policy is published, by typing its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from moderation import labels
from moderation.policy import Policy
from moderation.policy.loosening import Loosened, loosened
from moderation.publishing import queue_load
from moderation.publishing.queue_load import QueueLoad

Kind = Literal["rejects-less", "any-loosens", "queue-doubles"]
LABELS_TOLD = 5  # of one reason


@dataclass(frozen=True, slots=True)
class Reason:
    """`rejects-less`: critical labels are rejected less in a section, of `count` the first `labels`. `any-loosens`: its
    `*` is milder about them than what counted before. `queue-doubles`: the queue gets more than twice as many, `before`
    and `after` of `results` that were looked at.
    """

    kind: Kind
    section: str = ""
    labels: tuple[str, ...] = ()
    count: int = 0
    queue: str = ""
    before: int = 0
    after: int = 0
    results: int = 0


class NeedsConfirmation(Exception):
    """Nothing was published: type `number`, the policy's own. `reasons` say why."""

    def __init__(self, number: int, reasons: Iterable[Reason]) -> None:
        super().__init__(f"Confirm by the number {number}: send it as confirm.")
        self.number, self.reasons = number, tuple(reasons)


def reasons(before: Policy, after: Policy) -> list[Reason]:
    """None when it may be published without. Reads the last results: up to some seconds."""
    found = sorted(loosened(before, after, labels.in_force()), key=_kind_and_section)
    milder = [_of_labels(*key, list(some)) for key, some in groupby(found, key=_kind_and_section)]
    return [*milder, *(_of_load(load) for load in queue_load.predicted(before, after) if load.doubles)]


def _kind_and_section(one: Loosened) -> tuple[Kind, str]:
    return one.kind, one.section


def _of_labels(kind: Kind, section: str, some: list[Loosened]) -> Reason:
    named = tuple(dict.fromkeys(one.label for one in some))
    return Reason(kind, section, named[:LABELS_TOLD], len(named))


def _of_load(load: QueueLoad) -> Reason:
    return Reason("queue-doubles", queue=load.queue, before=load.before, after=load.after, results=load.results)
