"""An answer of Second Look: its body, or the error that it stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from second_look.errors import BY_CODE, BY_STATUS, ApiError, Unavailable
from second_look.request import Request

T = TypeVar("T")


def body_of(response: httpx.Response) -> Any:
    """Raises ApiError for everything but a 2xx with JSON."""
    body = _parsed(response)
    if response.is_success and body is not None:
        return body
    problem = body if isinstance(body, dict) else {}
    detail = str(problem.get("detail") or f"{response.reason_phrase}: {response.text[:200]!r}")
    kind = Unavailable if response.status_code >= 500 else BY_STATUS.get(response.status_code, ApiError)
    raise kind(detail, status=response.status_code, body=problem, retry_after=_seconds(response))


def read(request: Request[T], response: httpx.Response) -> T:
    """What the call was for. Raises ApiError, also for an answer in another form than this version knows."""
    body = body_of(response)
    try:
        return request.read(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        told = f"The answer has a form that this version of the client does not know: {error!r}"
        known = body if isinstance(body, dict) else {}
        raise ApiError(told, status=response.status_code, body=known) from error


def with_code(read: Callable[[Any], T]) -> Callable[[Any], T]:
    """The reader of a gateway's answer, which is HTTP 200 whatever happened: raises ApiError by its `code`."""

    def checked(body: Any) -> T:
        raise_for_code(body)
        return read(body)

    return checked


def raise_for_code(body: Mapping[str, Any]) -> None:
    if kind := BY_CODE.get(body.get("code", 0)):
        raise kind(str(body.get("message", "")), status=200, body=body)


def _parsed(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _seconds(response: httpx.Response) -> float | None:
    """`Retry-After`, which is a number of seconds or a date."""
    sent = response.headers.get("Retry-After", "")
    if sent.isdecimal():
        return float(sent)
    try:
        return max(0.0, (parsedate_to_datetime(sent) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
