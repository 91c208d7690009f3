"""What became of earlier calls, by their `requestId`, in a few queries however many are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import AccessKey, App
from moderation.api import app_scope
from moderation.api.lookup import LONGEST_ID
from moderation.contract.fields import Fields, json_type
from moderation.contract.image_v4 import SUCCESS
from moderation.gateway.callers import app_of
from moderation.gateway.codes import IN_WORK, WRONG_PARAMETERS, body_of, wrong
from moderation.gateway.parameters import root
from moderation.gateway.responses import answers_about
from moderation.models import Case, GatewayCall

MOST = 100


@dataclass(frozen=True, slots=True)
class Query:
    """`apps` are those that the call may ask about: of the key, or the one that it names. `sees_all`: of their cases
    also those that did not come through the gateway, as a key that may read them does.
    """

    ids: Sequence[str]
    apps: Sequence[App]
    sees_all: bool
    is_alone: bool  # one id as `requestId`


def read_query(body: Any, *, key: AccessKey) -> Query:
    """Raises CallRefused."""
    fields = root(body)
    app_id = fields.text("appId", limit=64)
    alone = fields.text("requestId", limit=LONGEST_ID)
    ids = [alone] if alone else _several(fields)
    if fields.errors:
        raise wrong(fields.errors)
    apps = [app_of(key, app_id)] if app_id or key.app else app_scope.all_registered()
    return Query(ids, apps, AccessKey.Scope.READ in key.scopes, bool(alone))


def results_of(query: Query) -> list[dict[str, Any]]:
    """One body for each: a result, a batch, or the code that says why there is none."""
    ids = list(dict.fromkeys(query.ids))
    told = _results(ids, _waiting(ids, query.apps), _cases(ids, query))
    return [told.get(one) or _unknown(one) for one in query.ids]


def as_contents(ids: Sequence[str], results: Sequence[dict[str, Any]], request_id: str) -> dict[str, Any]:
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
        if not isinstance(one, str) or not 0 < len(one) <= LONGEST_ID:
            fields.refuse(f"requestIds/{place}", f"Got {json_type(one)}; send a string of 1–{LONGEST_ID} characters.")
    return [one for one in sent if isinstance(one, str)]


def _waiting(ids: Sequence[str], apps: Sequence[App]) -> set[str]:
    """The ids of calls that are not done with, of the whole call and of each picture: ours have no underscore."""
    calls = {one.partition("_")[0] for one in ids}
    rows = GatewayCall.objects.filter(app__in=apps, request_id__in=calls)
    return {name for row in rows.only("request_id", "bt_id") for name in (row.request_id, str(row))}


def _cases(ids: Sequence[str], query: Query) -> dict[str, list[Case]]:
    """By id: the newest case of it, or those of the batch that it names."""
    own = {} if query.sees_all else {"by_gateway": True}
    seen = Case.objects.filter(app__in=query.apps, **own).select_related("app").order_by("-pk")
    of_call, of_item = defaultdict[str, list[Case]](list), defaultdict[str, list[Case]](list)
    for case in seen.filter(request_id__in=ids):
        of_call[case.request_id].append(case)
    for case in seen.filter(full_id__in=ids):
        of_item[case.full_id].append(case)
    return {one: _named(of_call[one]) or of_item[one][:1] for one in ids}


def _named(cases: Sequence[Case]) -> list[Case]:
    """Of the cases with one requestId, newest first: the newest, with the others of its batch in their order."""
    newest = cases[0] if cases else None
    if newest is None or not newest.bt_id:
        return list(cases[:1])
    return [case for case in reversed(cases) if case.app_id == newest.app_id]


def _results(ids: Sequence[str], waiting: Collection[str], cases: Mapping[str, Sequence[Case]]) -> dict[str, Any]:
    found = [case for one in ids if one not in waiting for case in cases[one]]
    told = {case.pk: answer.body for case, answer in zip(found, answers_about(found), strict=True)}
    return {one: _result(one, cases[one], told) for one in ids if one not in waiting and cases[one]} | {
        one: body_of(IN_WORK, "in work", one) for one in ids if one in waiting
    }


def _result(request_id: str, cases: Sequence[Case], told: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    if cases[0].bt_id and cases[0].request_id == request_id:
        return body_of(SUCCESS, "success", request_id, auxInfo={}, imgs=[told[case.pk] for case in cases])
    return told[cases[0].pk]


def _unknown(request_id: str) -> dict[str, Any]:
    return body_of(WRONG_PARAMETERS, "requestId: No call with it is known to this key.", request_id)
