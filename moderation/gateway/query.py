"""What became of earlier calls, by their `requestId`."""

from __future__ import annotations

from typing import Any

from accounts.models import AccessKey, App
from moderation.api.lookup import find_case
from moderation.contract.fields import Fields, json_type
from moderation.gateway.answers import answers_about
from moderation.gateway.callers import app_of
from moderation.gateway.codes import IN_WORK, SUCCESS, WRONG_PARAMETERS, body_of, wrong
from moderation.gateway.parameters import root
from moderation.models import Case, GatewayCall

MOST = 100
LONGEST = 257


def read_query(body: Any, *, key: AccessKey) -> tuple[list[str], App | None, bool]:
    """The ids, the app that the key or the call names, and whether one id alone was asked for. Raises Refused."""
    fields = root(body)
    app_id = fields.text("appId", limit=64)
    alone = fields.text("requestId", limit=LONGEST)
    ids = [alone] if alone else _several(fields)
    if fields.errors:
        raise wrong(fields.errors)
    return ids, app_of(key, app_id) if app_id or key.app else None, bool(alone)


def results_of(ids: list[str], *, app: App | None) -> list[dict[str, Any]]:
    """One body for each: a result, a batch, or the code that says why there is none."""
    return [_result(one, app) for one in ids]


def as_contents(ids: list[str], results: list[dict[str, Any]], request_id: str) -> dict[str, Any]:
    """The documents' form for several ids."""
    told = [
        {"requestId": one, "code": body["code"], "message": body.get("message", ""), "Result": body}
        for one, body in zip(ids, results, strict=True)
    ]
    return body_of(SUCCESS, "success", request_id, contents=told)


def _several(fields: Fields) -> list[str]:
    sent = fields.values.get("requestIds")
    if not isinstance(sent, list) or not sent:
        fields.refuse("requestId", f"Missing; send requestId, or requestIds with 1–{MOST} of them.")
        return []
    if len(sent) > MOST:
        fields.refuse("requestIds", f"Holds {len(sent)} ids; send at most {MOST}.")
    for place, one in enumerate(sent[:MOST]):
        if not isinstance(one, str) or not 0 < len(one) <= LONGEST:
            fields.refuse(f"requestIds/{place}", f"Got {json_type(one)}; send a string of 1–{LONGEST} characters.")
    return [one for one in sent if isinstance(one, str)]


def _result(request_id: str, app: App | None) -> dict[str, Any]:
    waiting = GatewayCall.objects.filter(request_id=request_id, **({"app": app} if app else {}))
    if waiting.exists() or _waits_in_a_batch(request_id, app):
        return body_of(IN_WORK, "in work", request_id)
    case = find_case(request_id, app=app)
    if case is None:
        return body_of(WRONG_PARAMETERS, "requestId: No call with it is known to this key.", request_id)
    if case.bt_id and case.request_id == request_id:
        items = Case.objects.filter(app=case.app_id, request_id=request_id).select_related("app").order_by("pk")
        return body_of(SUCCESS, "success", request_id, auxInfo={}, imgs=answers_about(list(items)))
    (told,) = answers_about([case])
    return told


def _waits_in_a_batch(joined: str, app: App | None) -> bool:
    places = [place for place, character in enumerate(joined) if character == "_"]
    of_app = {"app": app} if app else {}
    return any(
        GatewayCall.objects.filter(request_id=joined[:place], bt_id=joined[place + 1 :], **of_app).exists()
        for place in places[:16]
    )
