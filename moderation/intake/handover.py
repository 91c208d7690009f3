"""The interface to the review app: the ledger passes cases to it, in the transaction that stores them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.database.write_batch import WriteBatch
from moderation.contract.values import Request
from moderation.models import Case
from moderation.policy import Facts, Route


@dataclass(frozen=True, slots=True)
class Handed:
    """A case with the route of the result it stands on. `is_known`: it may have tasks already; `top_label` is the
    machine's label path with its level 1 canonical, "" for none; `severity` that of its worst label, "" for none.
    `facts` are what the route was found by: a queue with weights of its own ranks by them. `would_wait_in` is the queue
    in which a case that policy decided alone would wait for a person.
    """

    case: Case
    route: Route
    revision: int
    request: Request | None = None
    top_label: str = ""
    severity: str = ""
    is_known: bool = False
    facts: Facts | None = None
    would_wait_in: str = ""

    @property
    def is_new(self) -> bool:
        return self.revision == 1 and not self.is_known


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The queue that a case was put in. `due_at` is the end of the queue's SLA."""

    queue: str
    due_at: datetime


class Handover(Protocol):
    """The function at settings.CASE_HANDOVER: returns the queue of each case, None for cases without review. The rows
    of the cases are locked, each case occurs once; inserts that are not read back go into the batch.
    """

    def __call__(self, handed: Sequence[Handed], *, at: datetime, batch: WriteBatch) -> list[TakenIn | None]: ...


def hand_over(handed: Sequence[Handed], *, at: datetime, batch: WriteBatch) -> list[TakenIn | None]:
    taken_in = cast(Handover, import_string(settings.CASE_HANDOVER))
    return taken_in(handed, at=at, batch=batch) if handed else []
