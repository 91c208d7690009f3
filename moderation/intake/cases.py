"""Find the case of a submission, or create it: once, however many senders post it at the same moment."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from accounts.models import App
from moderation.contract import json_text
from moderation.contract.values import Request, Submission
from moderation.intake.pictures import is_address
from moderation.models import Case, Event

_KNOWN_EVENTS: set[tuple[int, str]] = set()  # per process, to spare an insert that would change nothing

# One statement: a second sender waits here for the first one's commit, then finds its row below.
_INSERT = """
INSERT INTO moderation_case (app_id, request_id, bt_id, state, event_id, type, token_id, data_id,
                             is_token_separate, request)
VALUES (%s, %s, %s, 'recorded', %s, %s, %s, %s, %s, %s)
ON CONFLICT (app_id, request_id, bt_id) DO NOTHING
"""


def find_or_create(submission: Submission, *, app: App) -> tuple[Case, datetime]:
    """The case, its row locked for the rest of the transaction, and the database's time."""
    request = submission.request or Request(raw={})
    _register_event(app, request.event_id)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [app.pk, *_identity(submission), *_facts(request), _text(submission.request)])
    key = {"app": app, "request_id": submission.result.request_id, "bt_id": submission.result.bt_id}
    case = Case.objects.select_for_update(no_key=True).annotate(now=Now()).get(**key)
    case.app = app
    return case, case.now


def set_state(case: Case, state: Case.State) -> None:
    if case.state != state:
        case.state = state
        case.save(update_fields=["state"])


def _identity(submission: Submission) -> tuple[str, str]:
    return submission.result.request_id, submission.result.bt_id


def _facts(request: Request) -> tuple[str, str, str, str, bool]:
    return request.event_id, request.type, request.token_id, request.data_id, request.is_token_separate


def _text(request: Request | None) -> str | None:
    """The request as JSON text; pixels sent as base64 are kept in the picture store instead."""
    if request is None:
        return None
    kept: dict[str, Any] = dict(request.raw)
    data = kept.get("data")
    if isinstance(data, dict) and not is_address(request.img):
        kept["data"] = {name: value for name, value in data.items() if name != "img"}
    return json_text.dumps(kept)


def _register_event(app: App, event_id: str) -> None:
    if event_id and (app.pk, event_id) not in _KNOWN_EVENTS:
        Event.objects.bulk_create([Event(app=app, event_id=event_id)], ignore_conflicts=True)
        transaction.on_commit(partial(_KNOWN_EVENTS.add, (app.pk, event_id)))
