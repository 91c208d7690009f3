"""One picture that a call gives, with everything that is asked about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from accounts.models import App
from moderation.contract.values import Request
from moderation.gateway_facts import Narrowing

MIB = 1024 * 1024
LONGEST_WINDOW_SECONDS = 24 * 60 * 60  # of a video stream: what was told in it is kept no longer
DATA_IMG = "data.img"
SYNCHRONOUS_BYTES, ASYNCHRONOUS_BYTES = 10 * MIB, 30 * MIB


class Step(StrEnum):
    """What happens to a picture, in this order."""

    FETCHED = "fetched"
    ENGINES = "engines"
    JUDGED = "judged"


@dataclass(frozen=True, slots=True)
class Reached:
    """A step that is done, how long it took, and what is told of it (plain JSON values)."""

    step: Step
    milliseconds: int
    told: Mapping[str, Any] = field(default_factory=dict)


Watch = Callable[[Reached], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """`body` is the request as it is stored with the case, `request` the same, read. `pixels` are the picture's bytes
    where the call has sent them, else None: they are at an address. `img_name` is what the call has `data.img` as.
    `watch` is told each step as it is reached.
    """

    app: App
    request_id: str
    body: dict[str, Any]
    request: Request
    bt_id: str = ""
    callback: str = ""
    narrowing: Narrowing | None = None
    pixels: bytes | None = field(default=None, repr=False)
    img_name: str = DATA_IMG
    watch: Watch | None = field(default=None, repr=False, compare=False)

    @property
    def full_id(self) -> str:
        return f"{self.request_id}_{self.bt_id}" if self.bt_id else self.request_id

    @property
    def most_bytes(self) -> int:
        return ASYNCHRONOUS_BYTES if self.callback else SYNCHRONOUS_BYTES

    @property
    def types(self) -> frozenset[str]:
        """The parts of `type` and `businessType`, in upper case."""
        return type_parts(self.request.type) | type_parts(self.request.business_type)


def type_parts(joined: str) -> frozenset[str]:
    return frozenset(part for part in joined.upper().split("_") if part)
