"""Read what is sent about the policy. Every wrong place is told at once, also numbers that are no JSON, such as NaN."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from moderation.api import bodies, parameters
from moderation.contract import ContractError, MalformedJSON, json_text
from moderation.contract.values import FieldError
from moderation.policy import Mistake, PolicyRefused, read

POLICY = "/policy"
MAX_NUMBER = parameters.MOST_OF_AN_INTEGER

Value = TypeVar("Value")
Fields = dict[str, Any]


def fields(request: Request, known: Iterable[str]) -> Fields:
    """The members of the object that was sent; of nothing at all {}. Raises ContractError for others than the known."""
    plain = cast(WSGIRequest, request._request)
    data = bodies.read_bytes(plain, most=settings.MAX_BODY_BYTES)
    if not data.strip():
        return {}
    if plain.content_type != "application/json":
        raise UnsupportedMediaType(plain.content_type or "", "Send the body as application/json.")
    sent = _plain(_loaded(data))
    if not isinstance(sent, dict):
        raise ContractError(FieldError("", "Send an object."))
    names = list(known)
    unknown = [FieldError(f"/{json_text.escaped(name)}", _not_known(names)) for name in sent if name not in names]
    if unknown:
        raise ContractError(*unknown)
    return sent


def number(sent: Fields, name: str, *, required: bool = False) -> int | None:
    """A whole number from 0; None when it is not given. Raises ContractError."""
    found = sent.get(name)
    if found is None and not required:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MAX_NUMBER:
        raise ContractError(FieldError(f"/{name}", f"Give a whole number from 0 to {MAX_NUMBER}."))
    return found


def policy_errors(refused: PolicyRefused) -> list[FieldError]:
    """Where the policy that was sent is wrong."""
    return [_placed(mistake) for mistake in refused.mistakes]


def together(*reads: Callable[[], Any]) -> list[Any]:
    """What they return. Calls them all, and raises what they raise as one ContractError."""
    errors, found = list[FieldError](), list[Any]()
    for one in reads:
        try:
            found.append(one())
        except ContractError as error:
            errors += error.errors
        except PolicyRefused as refused:
            errors += policy_errors(refused)
    if errors:
        raise ContractError(*errors)
    return found


def _loaded(data: bytes) -> Any:
    """Raises MalformedJSON for what is no JSON at all, ContractError for values in it that are none."""
    try:
        return json_text.loads(data)
    except MalformedJSON as flaw:
        if not all(error.pointer for error in flaw.errors):
            raise
        raise ContractError(*flaw.errors, *_other_mistakes(data, flaw)) from None


def _other_mistakes(data: bytes, flaw: MalformedJSON) -> list[FieldError]:
    """What else is wrong with the policy, its flaws taken as they are."""
    try:
        sent = json.loads(data)
        read(0, (sent.get("policy") if isinstance(sent, dict) else None) or {})
    except PolicyRefused as refused:
        known = {error.pointer for error in flaw.errors}
        return [error for error in policy_errors(refused) if error.pointer not in known]
    except ValueError:  # an integer of more digits than Python reads
        return []
    return []


def _plain(value: Any) -> Any:
    """With numbers as Python counts: 0.8 is exact nowhere in a policy."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def _placed(mistake: Mistake) -> FieldError:
    return FieldError(f"{POLICY}{mistake.pointer}", mistake.detail)


def _not_known(names: Iterable[str]) -> str:
    return f"Is not known here; what is known: {', '.join(names)}."
