"""API for backends that keep the policy themselves: replay the draft, and read the report."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import AccessKey
from moderation.api.policy import replay_schemas
from moderation.api.policy.requests import fields, number
from moderation.api.policy.views import policy_call
from moderation.contract import ContractError
from moderation.contract.values import FieldError
from moderation.models import Case, ReplayReport
from moderation.replay import begin, jobs
from moderation.runtime.worker_notifier import notify
from moderation.tasks import replay_policies

Json = dict[str, Any]
LARGEST_ID = 2**63 - 1


@extend_schema(operation_id="replayPolicyDraft", summary="Replay the draft on past cases", **replay_schemas.START)
@policy_call("POST")
def start(request: Request, key: AccessKey) -> Response:
    """What the draft would have made of the `last` cases, a million unless told, beside the policy in force. `url`,
    also in `Location`, is where the report will be; read it again while `state` is `running`. The same draft is not
    replayed twice at a time.
    """
    job = begin.replay_draft(last=_last(request), by=key)
    notify(replay_policies)
    found = _of(job)
    return Response(found, status=202, headers={"Location": found["url"]})


@extend_schema(operation_id="getPolicyReplay", summary="The report of a replay", **replay_schemas.REPORT)
@policy_call("GET")
def report(request: Request, key: AccessKey, replay_id: int) -> Response:
    """`report` is null until `state` is `finished`. The same results, policies and handling times give the same
    `sha256`. Reports are kept for 30 days.
    """
    job = ReplayReport.objects.filter(pk=replay_id).first() if replay_id <= LARGEST_ID else None
    if job is None:
        raise NotFound
    return Response(_of(job))


def _last(request: Request) -> int:
    found = number(fields(request, ("last",)), "last")
    if found is None:
        return jobs.LAST
    if not 1 <= found <= jobs.LAST_AT_MOST:
        raise ContractError(FieldError("/last", f"Give a whole number from 1 to {jobs.LAST_AT_MOST}."))
    return found


def _of(job: ReplayReport) -> Json:
    return {
        "url": reverse("api:policy_replay", args=[job.pk]),
        "state": job.state,
        "percent": job.percent,
        "last": job.last,
        "inForce": job.in_force,
        "createdAt": job.created_at,
        "endedAt": job.ended_at,
        "sha256": job.sha256 or None,
        "report": _report(job.report) if job.report else None,
    }


def _report(text: str) -> Json:
    """As it is stored, with cases told as backends know them."""
    told: Json = json.loads(text)
    listed = told["contradicted"]["cases"]
    cases = Case.objects.select_related("app").in_bulk([one["case"] for one in listed])
    told["contradicted"]["cases"] = [_case(one, cases[one["case"]]) for one in listed if one["case"] in cases]
    return told


def _case(one: Json, case: Case) -> Json:
    rest = {name: value for name, value in one.items() if name != "case"}
    return {"appId": case.app.app_id, "requestId": str(case)} | rest
