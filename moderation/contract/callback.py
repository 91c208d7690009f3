"""Parse every body that the detection service is known to send to a callback address."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from moderation.contract.fields import MAX_ID_CHARACTERS, Fields, json_type
from moderation.contract.json_text import loads
from moderation.contract.parse import named_app, read_result, read_submission, root
from moderation.contract.values import Callback, ContractError, FieldError, MalformedJSON, Submission

_NAMES_AN_APP = ("data", "request", "result", "Result")  # beside the object itself


def parse_callback(body: Any, *, access_key: str | None, foreign_apps: Collection[str] = ()) -> Callback:
    """Every result in a callback body, in its order. A wrong item among several is refused alone.

    Raises ContractError with every error when nothing can be read. The old envelope's checksum is verified when the
    account's access key is given. Results that name one of the `foreign_apps` are refused.
    """
    fields = root(body)
    _refuse_foreign(fields, foreign_apps)
    if isinstance(body.get("result"), str):
        fields = _opened(fields, access_key)
        _refuse_foreign(fields, foreign_apps)
    if fields.sent("imgs")[1] is not None:
        return _read_items(fields, _batch(fields, foreign_apps), empty="imgs")
    if "contents" in fields.values:
        return _read_items(fields, _query_answer(fields, foreign_apps), empty="contents")
    submission = read_submission(fields)
    fields.check()
    return Callback((submission,))


def request_id_of(body: Any) -> str:
    """The `requestId` for the response to a callback body, "" when it has none; also for refused bodies."""
    named = Fields(body).sent("requestId")[1] if isinstance(body, dict) else None
    return named if isinstance(named, str) and len(named) <= MAX_ID_CHARACTERS else ""


def _read_items(fields: Fields, items: Iterator[tuple[Fields, Submission]], *, empty: str) -> Callback:
    """An error in an item refuses that item; an error outside the items refuses them all."""
    fields.check()
    submissions: list[Submission] = []
    for item, submission in items:
        fields.errors += item.errors
        if not item.errors:
            submissions.append(submission)
    if not submissions and not fields.errors:
        fields.refuse(empty, "Holds no result; send at least one.")
    if not submissions:
        raise fields.refusal()
    return Callback(tuple(submissions), fields.refusal().errors if fields.errors else ())


def _batch(fields: Fields, foreign_apps: Collection[str]) -> Iterator[tuple[Fields, Submission]]:
    """Items carry their own btId; an item that gives it separately belongs to the batch's requestId."""
    batch_id, app_id = fields.identifier("requestId"), named_app(fields)
    pass_through = fields.child("auxInfo").values.get("passThrough")
    fields.check()
    sent = fields.values["imgs"] if isinstance(fields.values.get("imgs"), list) else []
    nameless = sum(_is_nameless(Fields(one), batch_id) for one in sent if isinstance(one, dict) and one)
    for child in fields.children("imgs"):
        item = _alone(child, foreign_apps, of=app_id)
        if nameless > 1 and _is_nameless(item, batch_id):
            item = _named_by_place(item)
        result = read_result(_on_its_own(_inherited(fields, ("requestId",)), _echoing(item, pass_through)))
        own_pass_through = pass_through if result.pass_through is None else result.pass_through
        request_id = batch_id if batch_id and result.bt_id else result.request_id
        yield item, Submission(replace(result, request_id=request_id, pass_through=own_pass_through))


def _is_nameless(item: Fields, batch_id: str) -> bool:
    """Whether an item has no id but its batch's."""
    return item.sent("btId")[1] in (None, "") and item.sent("requestId")[1] in (None, batch_id)


def _named_by_place(item: Fields) -> Fields:
    """One of several items without an id, with its place in the batch as `btId`: `imgs/0` is the first, and the same
    again when the batch is sent again.
    """
    named = {**item.values, "btId": f"imgs/{item.pointer.rpartition('/')[2]}"}
    return Fields(named, pointer=item.pointer, errors=item.errors)


def _query_answer(fields: Fields, foreign_apps: Collection[str]) -> Iterator[tuple[Fields, Submission]]:
    app_id = named_app(fields)
    for child in fields.children("contents"):
        item = _alone(child, foreign_apps, of=app_id)
        result = item.child("Result" if "Result" in item.values else "result")
        named_app(item, result, known=app_id)
        inherited = _inherited(item, ("requestId", "code", "message", "btId"))
        yield item, Submission(read_result(_on_its_own(inherited, result)))


def _alone(item: Fields, foreign_apps: Collection[str], *, of: str | None) -> Fields:
    """The item with an error list of its own, so that its errors do not refuse other items. `of` is the app that the
    body around it names.
    """
    alone = Fields(item.values, pointer=item.pointer)
    _refuse_foreign(alone, foreign_apps)
    named_app(alone, known=of)
    return alone


def _refuse_foreign(fields: Fields, foreign_apps: Collection[str]) -> None:
    inner = [fields.inside(name, value) for name in _NAMES_AN_APP if isinstance(value := fields.values.get(name), dict)]
    for place in (fields, *inner):
        named = place.values.get("appId")
        if isinstance(named, str) and named in foreign_apps:
            place.refuse(
                "appId", f'Names the app "{named}"; this address is for another one. Use an address of that app.'
            )


def _echoing(item: Fields, pass_through: Any) -> Fields:
    """The item with the batch's `passThrough` where it has none, so that its stored form echoes it."""
    own = item.values.get("auxInfo") or {}
    if pass_through is None or not isinstance(own, dict) or own.get("passThrough") is not None:
        return item
    echoing = item.values | {"auxInfo": own | {"passThrough": pass_through}}
    return Fields(echoing, pointer=item.pointer, errors=item.errors)


def _opened(fields: Fields, access_key: str | None) -> Fields:
    """The result inside the old envelope, a JSON text; pointers of its errors start with `/result`."""
    text: str = fields.values["result"]
    try:
        result = loads(text.encode(errors="surrogatepass"))
    except MalformedJSON as e:
        raise ContractError(*(replace(error, pointer=f"/result{error.pointer}") for error in e.errors)) from None
    if not isinstance(result, dict):
        raise ContractError(FieldError("/result", f"Holds {json_type(result)}; send the text of a JSON object."))
    inside = _on_its_own(_inherited(fields, ("requestId", "btId")), fields.inside("result", result))
    named_app(fields, inside)
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
    """The result with the fields that only the body around it has, so that its stored form can be read by itself."""
    missing = {name: value for name, value in inherited.items() if result.sent(name)[1] is None}
    return Fields({**result.values, **missing}, pointer=result.pointer, errors=result.errors)
