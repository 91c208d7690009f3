"""The contract's response codes, and refusals that are answered with one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moderation.contract.values import FieldError

IN_WORK = 1102
TOO_MANY = 1901
WRONG_PARAMETERS = 1902
FAILED = 1903
NOT_FETCHED = 1911
NOT_ALLOWED = 9101


class CallRefused(Exception):
    """Nothing was looked at and nothing is stored. `message` is for the people who wrote the call."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class ServiceFault(CallRefused):
    """The same, and neither the call nor an engine is to blame: a call that nobody waits for is tried again."""


def wrong(errors: Iterable[FieldError]) -> CallRefused:
    """The refusal that names every wrong parameter as the documents write it: `data.tokenId: …`."""
    told = dict.fromkeys(f"{_name(error.pointer)}: {error.detail}" for error in errors)
    return CallRefused(WRONG_PARAMETERS, " ".join(told))


def body_of(code: int, message: str, request_id: str, **more: Any) -> dict[str, Any]:
    """All that an answer has that is no result."""
    return {"requestId": request_id, "code": code, "message": message, **more}


def _name(pointer: str) -> str:
    return pointer.lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~") or "body"
