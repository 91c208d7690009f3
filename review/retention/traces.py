"""Where else than in its cases a subject is named: searches that people saved, and bodies that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import BooleanField, F, Func, Q, Value
from django.http import QueryDict

from accounts.audit_actions import AuditAction
from accounts.audit_chain.erase import erase_details
from accounts.models import AuditEvent
from moderation.erasure.cases import empty_quarantined
from moderation.models import Quarantined
from review.models import Run, SavedView

_KEEP_SEARCHES = (
    *(AuditAction.VIEW_SAVED, AuditAction.VIEW_DELETED),
    *(AuditAction.AUDIT_EXPORTED, AuditAction.REPORT_EXPORTED),
)


@dataclass(frozen=True, slots=True)
class Traces:
    """Their keys."""

    views: Sequence[int] = ()
    runs: Sequence[UUID] = ()
    events: Sequence[int] = ()
    unread: Sequence[int] = ()


NONE = Traces()


class _Contains(Func):
    """Whether the first bytes are in the second."""

    arg_joiner, template, output_field = " IN ", "(position(%(expressions)s) > 0)", BooleanField()


def find(token_id: str) -> Traces:
    """Reads every search that is kept, and the unread bodies that may name it: not in a transaction, of which each has
    a minute.
    """
    named = _Named(token_id)
    views, runs = SavedView.objects.iterator(), Run.objects.only("back", "name").iterator()
    events = AuditEvent.objects.filter(action__in=_KEEP_SEARCHES).only("details").iterator()
    token = Value(token_id.encode())
    may_name = Q(_Contains(token, F("body"))) | Q(_Contains(token, F("edited_body")))
    bodies = Quarantined.objects.only("body", "edited_body").filter(may_name).iterator(chunk_size=1)  # 16 MiB each
    return Traces(
        [view.pk for view in views if named.by(view.query) or named.by(view.name)],
        [run.pk for run in runs if named.by(run.back) or named.by(run.name)],
        [event.pk for event in events if any(map(named.by, _texts(event.details)))],
        [one.pk for one in bodies if named.in_body(one.body) or named.in_body(one.edited_body)],
    )


def erase(found: Traces) -> dict[str, int]:
    """Call it in a transaction. Returns how many of what there were."""
    SavedView.objects.filter(pk__in=found.views).delete()
    Run.objects.filter(pk__in=found.runs).delete()
    return {
        "searches": len(found.views) + len(found.runs) + erase_details(found.events),
        "unreadBodies": empty_quarantined(found.unread),
    }


class _Named:
    """Whether a text names the subject, and not one whose id merely contains its."""

    def __init__(self, token_id: str) -> None:
        self._token_id = token_id
        value = re.escape(token_id.encode())
        self._in_body = re.compile(rb"tokenId[\"']?\s*[:=]\s*[\"']?" + value + rb"(?![^\"'&,}\s])")

    def by(self, text: str) -> bool:
        """The text itself, or a value of the query that it is, or ends with."""
        return text == self._token_id or self._token_id in self._values(text)

    def in_body(self, body: bytes | memoryview | None) -> bool:
        return body is not None and bool(self._in_body.search(bytes(body)))

    @staticmethod
    def _values(text: str) -> set[str]:
        query = urlsplit(text).query or text
        return {value for _, values in QueryDict(query).lists() for value in values} if "=" in query else set()


def _texts(details: Any) -> Iterator[str]:
    if isinstance(details, str):
        yield details
    elif isinstance(details, dict):
        for value in details.values():
            yield from _texts(value)
    elif isinstance(details, list):
        for value in details:
            yield from _texts(value)
