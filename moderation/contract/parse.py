"""Parse one object of `POST /api/v1/results`: an envelope or the bare response."""

from __future__ import annotations

from typing import Any

from moderation.contract.decision_labels import is_decision_labels, read_decision_labels
from moderation.contract.fields import Fields, json_type
from moderation.contract.human_plain import is_human_plain, read_human_plain
from moderation.contract.image_request import read_request
from moderation.contract.image_v2 import is_image_v2, read_image_v2
from moderation.contract.image_v4 import read_image_v4, says_failed
from moderation.contract.json_text import loads
from moderation.contract.values import ContractError, FieldError, Request, Result, Submission

MAX_APP_ID_CHARACTERS = 64

# Fields that this service decides by itself: refused, so that no sender believes they were applied.
DECIDED_HERE = ("state", "queue", "caseId", "dueAt", "rankAt", "priority", "revision", "verdict")


def parse_submission(body: Any) -> Submission:
    """Parse one object to ingest. Raises ContractError, which names every wrong place at once.

    `app_id` is the envelope's `appId`, else the one the sender's own request or bare body carries, else None.
    """
    fields = root(body)
    for name in DECIDED_HERE:
        if name in fields.values:
            fields.refuse(name, "Is decided by this service; send the object without it.")
    submission = read_submission(fields)
    fields.check()
    return submission


def root(body: Any) -> Fields:
    if not isinstance(body, dict):
        raise ContractError(FieldError("", f"Got {json_type(body)}; send one JSON object."))
    return Fields(body)


def read_submission(fields: Fields) -> Submission:
    """The submission in those fields. Errors are added to `fields.errors`, and raised if there is no result."""
    if is_human_plain(fields.values):
        return Submission(result=read_human_plain(fields), app_id=named_app(fields, fields.child("data")))
    if "result" not in fields.values and "request" not in fields.values:
        return Submission(result=read_result(fields), app_id=named_app(fields))
    return _read_envelope(fields)


def read_result(fields: Fields) -> Result:
    """The result, in whichever shape its form shows."""
    failed = says_failed(fields.values)
    if not failed and is_human_plain(fields.values):
        return read_human_plain(fields)
    if not failed and is_decision_labels(fields.values):
        return read_decision_labels(fields)
    if not failed and is_image_v2(fields.values):
        return read_image_v2(fields)
    return read_image_v4(fields)


def read_stored(body: Any) -> Result:
    """Read a stored result again. Errors are ignored: it was accepted once, perhaps by an older contract."""
    return read_result(root(body))


def read_stored_request(text: str | None) -> Request | None:
    """Read a stored request again; None for none. Errors are ignored, as in `read_stored`."""
    return read_request(root(loads(text.encode()))) if text else None


def _read_envelope(fields: Fields) -> Submission:
    sent_request, sent_result = fields.child("request"), fields.values.get("result")
    request = read_request(sent_request)
    if not isinstance(sent_result, dict):
        fields.refuse("result", f"Got {json_type(sent_result)}; send the detection service's response, an object.")
        raise fields.refusal()
    inside = fields.inside("result", sent_result)
    app_id = named_app(fields, sent_request, inside, *_data_of(inside))
    return Submission(result=read_result(inside), request=request, app_id=app_id)


def named_app(*places: Fields, known: str | None = None) -> str | None:
    """The app that these objects of one body name, or `known`; whatever names another one is refused."""
    for place in places:
        named = place.identifier("appId", limit=MAX_APP_ID_CHARACTERS)
        if place.is_refused("appId"):
            continue
        if named and known and named != known:
            place.refuse("appId", f'Names the app "{named}", but this body is of "{known}" too. Name one app.')
        known = known or named
    return known or None


def _data_of(result: Fields) -> list[Fields]:
    """The reviewers' plain body names its app in `data`."""
    return [result.child("data")] if is_human_plain(result.values) else []
