"""Dry-run a policy on past cases: how it would have routed each by the facts known then. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F

from moderation import labels
from moderation.contract import json_text
from moderation.contract.image_request import read_request
from moderation.contract.parse import root
from moderation.contract.values import Request
from moderation.gateway_facts import Narrowing
from moderation.models import Case, MachineResult
from moderation.policy import Facts, ListedWord, Policy, Subject
from moderation.policy.replay import PastCase, Queues, Replayed, Tally

LAST = 5000
CHUNK = 250  # cases read at a time; no query and no transaction is open while they are parsed and routed


def dry_run(policy: Policy, *, queues: Queues, last: int = LAST) -> Replayed:
    """Route the result that each of the `last` cases stands on by this policy, and count cases that would have moved.

    `cases` of the returned value is how many there were. About half a millisecond per case.
    """
    tally = Tally(policy, labels.in_force(), queues)
    for result in _standing_results(last):
        tally.add(_past_case(result, queues))
    return tally.result()


def facts_of(results: Iterable[MachineResult]) -> Iterator[Facts]:
    """The facts of stored results, as known when each arrived. The results come with their case and its app."""
    return (_facts(result) for result in results)


def _standing_results(last: int) -> Iterator[MachineResult]:
    before: int | None = None
    while last > 0:
        cases = Case.objects.order_by("-pk") if before is None else Case.objects.filter(pk__lt=before).order_by("-pk")
        ids = list(cases.values_list("pk", flat=True)[: min(CHUNK, last)])
        if not ids:
            return
        standing = MachineResult.objects.filter(case__in=ids, revision=F("case__stands_on")).order_by("-case_id")
        yield from list(standing.select_related("case__app"))
        before, last = ids[-1], last - len(ids)


def _past_case(result: MachineResult, queues: Queues) -> PastCase:
    case, stored = result.case, result.route
    place = queues.place(stored["outcome"], stored.get("queue", ""), stored.get("riskLevel", ""))
    return PastCase(case.pk, case.app.app_id, str(case), _facts(result), place)


def _facts(result: MachineResult) -> Facts:
    listed = tuple(ListedWord(one["list"], one["word"], one["start"], one["end"]) for one in result.listed)
    subject = _subject(result.route.get("subject") or {})
    case = result.case
    narrowing = Narrowing.stored(case.narrowing)
    return Facts(result.result, _request(case.request), case.app.app_id, subject, listed, narrowing)


def _request(text: str | None) -> Request | None:
    return None if text is None else read_request(root(json_text.loads(text.encode())))


def _subject(stored: dict[str, Any]) -> Subject:
    """The subject's record in the stored route; older routes have none, which is a subject without a record."""
    return Subject(stored.get("decided", 0), stored.get("rejected", 0))
