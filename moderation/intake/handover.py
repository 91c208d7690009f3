"""The one seam upward: the ledger hands cases to the workbench, in the transaction that keeps them."""

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
from moderation.policy import Route


@dataclass(frozen=True, slots=True)
class Handed:
    """A case with what policy made of its newest result. `revision` 1 is a case nobody has seen before; `top_label`
    is the machine's label path with its level 1 canonical, "" for none; `severity` that of its worst label, "" for
    none.
    """

    case: Case
    route: Route
    revision: int
    request: Request | None = None
    top_label: str = ""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """Where the workbench put a case. `due_at` is when its queue promises a decision."""

    queue: str
    due_at: datetime


class Handover(Protocol):
    """What the workbench offers at settings.CASE_HANDOVER: an answer for each case, None where nobody is to decide.
    The rows of the cases are locked, each case is handed once; new rows that nobody waits for go into the batch.
    """

    def __call__(self, handed: Sequence[Handed], *, at: datetime, batch: WriteBatch) -> list[TakenIn | None]: ...


def hand_over(handed: Sequence[Handed], *, at: datetime, batch: WriteBatch) -> list[TakenIn | None]:
    taken_in = cast(Handover, import_string(settings.CASE_HANDOVER))
    return taken_in(handed, at=at, batch=batch) if handed else []
