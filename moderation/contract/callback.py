"""The door for the detection service: every body it is known to send to a callback address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from moderation.contract.fields import Fields, json_type
from moderation.contract.json_text import loads
from moderation.contract.parse import read_result, read_submission, root
from moderation.contract.values import ContractError, FieldError, MalformedJSON, Submission


def parse_callback(body: Any, *, access_key: str | None) -> tuple[Submission, ...]:
    """Every result in a callback body, in its order. Raises ContractError with every wrong place.

    The old envelope's checksum is verified when the access key of the account it belongs to is given.
    """
    fields = root(body)
    if isinstance(body.get("result"), str):
        fields = _opened(fields, access_key)
    submissions = tuple(_submissions(fields))
    if not submissions and not fields.errors:
        fields.refuse("contents" if "contents" in fields.values else "imgs", "Holds no result; send at least one.")
    fields.check()
    return submissions


def _submissions(fields: Fields) -> Iterator[Submission]:
    if fields.sent("imgs")[1] is not None:
        yield from _batch(fields)
    elif "contents" in fields.values:
        yield from _query_answer(fields)
    else:
        yield read_submission(fields)


def _batch(fields: Fields) -> Iterator[Submission]:
    """Items carry their own btId; one that gives it separately belongs to the batch's requestId."""
    batch_id = fields.identifier("requestId")
    pass_through = fields.child("auxInfo").values.get("passThrough")
    for item in fields.children("imgs"):
        result = read_result(_on_its_own(_inherited(fields, ("requestId",)), item))
        own_pass_through = pass_through if result.pass_through is None else result.pass_through
        request_id = batch_id if batch_id and result.bt_id else result.request_id
        yield Submission(replace(result, request_id=request_id, pass_through=own_pass_through))


def _query_answer(fields: Fields) -> Iterator[Submission]:
    for item in fields.children("contents"):
        result = item.child("Result" if "Result" in item.values else "result")
        yield Submission(read_result(_on_its_own(_inherited(item, ("requestId", "code", "message", "btId")), result)))


def _opened(fields: Fields, access_key: str | None) -> Fields:
    """The result inside the old envelope, a JSON text; its errors are pointed at below `/result`."""
    text: str = fields.values["result"]
    try:
        result = loads(text.encode(errors="surrogatepass"))
    except MalformedJSON as e:
        raise ContractError(*(replace(error, pointer=f"/result{error.pointer}") for error in e.errors)) from None
    if not isinstance(result, dict):
        raise ContractError(FieldError("/result", f"Holds {json_type(result)}; send the text of a JSON object."))
    inside = _on_its_own(_inherited(fields, ("requestId", "btId")), fields.inside("result", result))
    if access_key is not None:
        _verify(fields, access_key + inside.identifier("btId") + text)
    return inside


def _verify(fields: Fields, signed: str) -> None:
    expected = hashlib.sha256(signed.encode(errors="surrogatepass")).hexdigest()
    if not hmac.compare_digest(fields.text("checksum").lower().encode(errors="surrogatepass"), expected.encode()):
        raise ContractError(FieldError("/checksum", "Is not hex(SHA-256(accessKey + btId + result)) of this account."))


def _inherited(outer: Fields, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := outer.sent(name)[1]) is not None}


def _on_its_own(inherited: dict[str, Any], result: Fields) -> Fields:
    """The result with what only the body around it says, so that its raw form can be read again by itself."""
    missing = {name: value for name, value in inherited.items() if result.sent(name)[1] is None}
    return Fields({**result.values, **missing}, pointer=result.pointer, errors=result.errors)
