"""What a call can raise.

SecondLookError
├── Unreachable         no answer came; `was_sent` says whether the call may have been carried out
├── WebhookRefused      a webhook that is not genuine, or too old
└── ApiError            Second Look answered, and refused
    ├── InvalidCall     something is missing or wrong (HTTP 400, 413, 415, 422; code 1902)
    ├── NotAllowed      the key, its scope, its app or a type (HTTP 401, 403; code 9101)
    ├── NotFound        nothing of this id is known to the key (HTTP 404)
    ├── Conflict        what is there does not allow it; `outcome` names why (HTTP 409)
    ├── OutdatedCursor  from before a restore: go on with `oldest` (HTTP 410)
    ├── RateLimited     too many calls (HTTP 429; code 1901): tried again, then raised
    ├── NotFetched      the picture's address did not answer (code 1911)
    ├── EnginesFailed   nothing could look at the picture (code 1903)
    └── Unavailable     a 5xx: tried again where nothing can happen twice, then raised
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

IN_WORK = 1102
TOO_MANY = 1901


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong with a call: where, as a JSON pointer into the body, and what."""

    pointer: str
    detail: str


class SecondLookError(Exception):
    """The base of everything that this package raises about a call."""


class Unreachable(SecondLookError):
    def __init__(self, message: str, *, was_sent: bool) -> None:
        super().__init__(message)
        self.was_sent = was_sent


class WebhookRefused(SecondLookError):
    pass


class ApiError(SecondLookError):
    """`code` is the contract's for calls of the gateway, else None; `where` names each mistake; `body` is all of it."""

    def __init__(
        self, message: str, *, status: int, body: Mapping[str, Any] | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.status, self.retry_after = message, status, retry_after
        self.body: Mapping[str, Any] = body or {}
        code = self.body.get("code")
        self.code: int | None = code if isinstance(code, int) else None
        self.where: tuple[Mistake, ...] = mistakes(self.body.get("errors"))

    def __str__(self) -> str:
        places = "".join(f"\n  {one.pointer or '/'}: {one.detail}" for one in self.where)
        return f"{self.message} ({f'code {self.code}' if self.code else f'HTTP {self.status}'}){places}"


class InvalidCall(ApiError):
    pass


class NotAllowed(ApiError):
    pass


class NotFound(ApiError):
    pass


class Conflict(ApiError):
    @property
    def outcome(self) -> str:
        """What is in the way, as `needs-confirmation`; "" where the answer does not name it."""
        return str(self.body.get("outcome", ""))


class OutdatedCursor(ApiError):
    @property
    def oldest(self) -> str:
        """The cursor to go on with; results that you know will be among what follows."""
        return str(self.body.get("oldest", ""))


class RateLimited(ApiError):
    pass


class NotFetched(ApiError):
    pass


class EnginesFailed(ApiError):
    pass


class Unavailable(ApiError):
    pass


BY_STATUS: Mapping[int, type[ApiError]] = {
    **dict.fromkeys((400, 413, 415, 422), InvalidCall),
    **dict.fromkeys((401, 403), NotAllowed),
    404: NotFound,
    409: Conflict,
    410: OutdatedCursor,
    429: RateLimited,
}
BY_CODE: Mapping[int, type[ApiError]] = {
    TOO_MANY: RateLimited,
    1902: InvalidCall,
    1903: EnginesFailed,
    1911: NotFetched,
    9101: NotAllowed,
}


def mistakes(sent: Any) -> tuple[Mistake, ...]:
    found = sent if isinstance(sent, list) else []
    return tuple(Mistake(str(one.get("pointer", "")), str(one.get("detail", ""))) for one in found)
