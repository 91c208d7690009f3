"""Ingest a batch of results: each item has its own outcome, and valid items are stored whatever the others are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.exceptions import PermissionDenied

from accounts.models import App
from moderation.api.app_scope import POINTER, Senders
from moderation.api.lookup import states_told
from moderation.contract import ContractError, parse_submission
from moderation.contract.values import FieldError, Submission
from moderation.intake.accept import Accepted, accept_all
from moderation.runtime import log_context

MAX_ITEMS = 1000
STATUSES = ("accepted", "repeated", "revised", "rejected")


def take_in(items: Sequence[Any], senders: Senders) -> dict[str, Any]:
    """Ingest a batch. Returns counts by status, and every item with its index; `errors` point into the item."""
    if len(items) > MAX_ITEMS:
        raise ContractError(FieldError("", f"Holds {len(items)} items; send at most {MAX_ITEMS} at once."))
    read = [_read(item, senders) for item in items]
    good = [one for one in read if not isinstance(one, ContractError)]
    accepted = accept_all(good, by=senders.key)
    log_context.learn(caseId=[one.case.pk for one in accepted])
    told = iter(_told(accepted, [submission.result.written_id for submission, _ in good]))
    outcomes = [_refused(one) if isinstance(one, ContractError) else next(told) for one in read]
    statuses = [outcome["status"] for outcome in outcomes]
    counts = {status: statuses.count(status) for status in STATUSES}
    return {**counts, "items": [{"index": index, **outcome} for index, outcome in enumerate(outcomes)]}


def _read(item: Any, senders: Senders) -> tuple[Submission, App] | ContractError:
    """Returns the error of an item; a flaw in its JSON is already in the item's place."""
    if isinstance(item, ContractError):
        return item
    try:
        submission = parse_submission(item)
        return submission, senders.app_of(submission)
    except ContractError as error:
        return error
    except PermissionDenied as error:
        return ContractError(FieldError(POINTER, str(error.detail)))


def _refused(error: ContractError) -> dict[str, Any]:
    errors = [{"pointer": one.pointer, "detail": one.detail} for one in error.errors]
    return {"status": "rejected", "errors": errors}


def _told(accepted: Sequence[Accepted], written_ids: Sequence[str]) -> list[dict[str, Any]]:
    states = states_told([one.case for one in accepted])
    return [
        {
            "status": _status(one),
            "requestId": written_id,
            "caseId": str(one.case.pk),
            "state": state,
            "queue": one.taken_in.queue if one.taken_in else None,
            **({"revision": one.revision} if _status(one) == "revised" else {}),
        }
        for one, written_id, state in zip(accepted, written_ids, states, strict=True)
    ]


def _status(accepted: Accepted) -> str:
    if accepted.repeat:
        return "repeated"
    return "accepted" if accepted.is_new else "revised"
