"""The facts of stored results, as known when each arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from moderation.contract.narrowing import Narrowing
from moderation.contract.parse import read_stored_request
from moderation.models import MachineResult
from moderation.policy import Facts, ListedWord, Subject


def facts_of(results: Iterable[MachineResult]) -> Iterator[Facts]:
    """Read from their bodies: about half a millisecond each. The results come with their case and its app."""
    return (_facts(result) for result in results)


def _facts(result: MachineResult) -> Facts:
    listed = tuple(ListedWord(one["list"], one["word"], one["start"], one["end"]) for one in result.listed)
    subject = _subject(result.route.get("subject") or {})
    request = read_stored_request(result.case.request)
    narrowing = Narrowing.stored(result.case.narrowing)
    return Facts(result.result, request, result.case.app.app_id, subject, listed, narrowing)


def _subject(stored: dict[str, Any]) -> Subject:
    """The subject's record in the stored route; older routes have none, which is a subject without a record."""
    return Subject(stored.get("decided", 0), stored.get("rejected", 0))
