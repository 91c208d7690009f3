"""Cases, final results and deliveries as values. `raw` is the body as it came."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from second_look.errors import Mistake, mistakes
from second_look.image_values import ImageResult, Raw
from second_look.reading import fill, moment

State = Literal["queued", "final", "recorded", "failed"]
"""A person will decide; policy or a person has; it is kept and nothing is to be done; the machine failed."""


@dataclass(frozen=True)
class Accepted:
    """A result that was taken in. `is_repeat`: it was known; `revision` is 2 or more where it changed a known case."""

    request_id: str
    case_id: str
    state: State
    url: str
    queue: str | None = None
    due_at: datetime | None = None
    is_repeat: bool = False
    revision: int = 1

    @classmethod
    def read(cls, body: Raw) -> Accepted:
        return fill(cls, body, due_at=moment(body.get("dueAt")), is_repeat=bool(body.get("repeat")))


@dataclass(frozen=True)
class AcceptedItem:
    """One result of a batch. A rejected one has `where`, and no case."""

    index: int
    status: Literal["accepted", "repeated", "revised", "rejected"]
    request_id: str = ""
    case_id: str = ""
    state: State | Literal[""] = ""
    queue: str | None = None
    revision: int = 1
    where: tuple[Mistake, ...] = ()

    @classmethod
    def read(cls, body: Raw) -> AcceptedItem:
        return fill(cls, body, where=mistakes(body.get("errors")))


@dataclass(frozen=True)
class AcceptedBatch:
    """How many of each, and every item in the order of the call."""

    accepted: int
    repeated: int
    revised: int
    rejected: int
    items: tuple[AcceptedItem, ...]

    @classmethod
    def read(cls, body: Raw) -> AcceptedBatch:
        return fill(cls, body, items=tuple(map(AcceptedItem.read, body["items"])))


@dataclass(frozen=True)
class Delivery:
    """One final result on its way to an endpoint. What the log alone tells is None in a case's `deliveries`."""

    id: str
    webhook_id: str
    endpoint: str
    type: str
    revision: int
    state: Literal["pending", "delivered", "paused", "dead", "cancelled"]
    attempts: int
    why: str
    endpoint_id: str | None = None
    app_id: str | None = None
    request_id: str | None = None
    created_at: datetime | None = None
    due_at: datetime | None = None
    ended_at: datetime | None = None

    @classmethod
    def read(cls, body: Raw) -> Delivery:
        times = {"created_at": "createdAt", "due_at": "dueAt", "ended_at": "endedAt"}
        return fill(cls, body, **{name: moment(body.get(sent)) for name, sent in times.items()})


@dataclass(frozen=True)
class Case:
    """One image to judge: what the machine said, and what the final result is once it is sent."""

    request_id: str
    app_id: str
    case_id: str
    data_id: str
    token_id: str
    state: State
    revision: int
    machine_result: ImageResult | None
    final_result: ImageResult | None
    deliveries: tuple[Delivery, ...]
    raw: Raw = field(repr=False)
    queue: str | None = None

    @classmethod
    def read(cls, body: Raw) -> Case:
        return fill(
            cls,
            body,
            machine_result=_result(body["machineResult"]),
            final_result=_result(body["finalResult"]),
            deliveries=tuple(map(Delivery.read, body["deliveries"])),
            raw=body,
        )


@dataclass(frozen=True)
class Event:
    """A final result as it was released. Keep `cursor` once you have dealt with it, and go on from it."""

    cursor: str
    type: Literal["result.final", "result.corrected", "result.recorded"]
    app_id: str
    request_id: str
    case_id: str
    data_id: str
    token_id: str
    revision: int
    decided_at: datetime
    released_at: datetime
    final_result: ImageResult
    raw: Raw = field(repr=False)
    decision_id: str | None = None
    policy: Raw | None = None

    @classmethod
    def read(cls, body: Raw) -> Event:
        return fill(
            cls,
            body,
            decided_at=moment(body["decidedAt"]),
            released_at=moment(body["releasedAt"]),
            final_result=ImageResult.read(body["finalResult"]),
            raw=body,
        )


def _result(body: Raw | None) -> ImageResult | None:
    return ImageResult.read(body) if body else None
