"""Find a case for a backend, and build the response about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from accounts.models import App
from moderation.api import case_json
from moderation.models import Case

LONGEST_ID = 257  # requestId and btId of 128 characters each, joined


def find_case(request_id: str, *, app: App | None) -> Case | None:
    """The newest case of this `requestId` (or `<requestId>_<btId>`), of one app or of all."""
    cases = Case.objects.select_related("app").order_by("-pk")
    if app is not None:
        cases = cases.filter(app=app)
    if "\0" in request_id or len(request_id) > LONGEST_ID:
        return None
    return cases.filter(request_id=request_id).first() or cases.filter(batch_item(request_id)).first()


def batch_item(joined: str) -> Q:
    """`<requestId>_<btId>`, split at any underscore, because both parts may contain some."""
    places = [place for place, character in enumerate(joined) if character == "_"]
    items = [Q(request_id=joined[:place], bt_id=joined[place + 1 :]) & ~Q(bt_id="") for place in places]
    return reduce(or_, items, Q(pk__in=[]))


def state_told(case: Case) -> str:
    return states_told([case])[0]


def states_told(cases: Sequence[Case]) -> list[str]:
    """The states of cases as backends see them."""
    decided = [case for case in cases if case.state == Case.State.FINAL]
    released = (
        {result.case_id: result for result in case_json.released_results().filter(case__in=decided)} if decided else {}
    )
    return [case_json.state(case, released.get(case.pk)) for case in cases]


def answer_about(case: Case) -> dict[str, Any]:
    """What a backend may know about a case at this time."""
    return case_json.about([case])[0]
