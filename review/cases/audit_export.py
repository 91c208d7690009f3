"""The audit as a file: everything that a search finds, streamed, with the hashes. Each export is an event itself.

Events are read a thousand at a time by their ids, below the one that was the newest at the start, so that memory stays
flat and no transaction stays open, however long the customer's line takes.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.utils.translation import get_language, override

from accounts import audit, times
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent, User
from moderation.csv_cells import guarded
from review.cases import audit_stream
from review.cases.audit_stream import AT_ONCE, MOST_COUNTED, AuditSearch
from review.presentation.audit import event_rows
from review.presentation.audit.things import Things

COLUMNS = (
    *("number", "event", "at", "by", "byId", "action", "sentence", "onType", "onId", "address", "details"),
    *("hash", "digest"),
)


@dataclass(frozen=True, slots=True)
class Export:
    """`total` is None when there are more events than are counted."""

    lines: Iterator[str]
    media_type: str
    total: int | None


def begin(search: AuditSearch, *, asked: Mapping[str, str], form: str, by: User) -> Export:
    """Record the export; its lines are read as they are sent. `asked` are the filters as given. Raises NotAllowed."""
    total = audit_stream.count(search, by=by)
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    counted = total if total <= MOST_COUNTED else f"> {MOST_COUNTED}"
    audit.record(AuditAction.AUDIT_EXPORTED, by=by, on=AuditEvent(), form=form, count=counted, filters=dict(asked))
    media_type, write = _WRITERS[form]
    lines = write(_batches(audit_stream.everything(search, by=by, below=newest + 1), language=get_language() or "en"))
    return Export(lines, media_type, total if total <= MOST_COUNTED else None)


def _batches(events: Iterator[AuditEvent], *, language: str) -> Iterator[list[dict[str, Any]]]:
    """In the language of the page; the request has ended by the time they are read."""
    while some := list(islice(events, AT_ONCE)):
        with override(language):
            things = Things(some)
            records = [_record(event, things) for event in some]
        yield records


def _record(event: AuditEvent, things: Things) -> dict[str, Any]:
    link = getattr(event, "link", None)
    return {
        "number": link.number if link else None,
        "event": event.pk,
        "at": times.iso(event.at),
        "by": event.by_name,
        "byId": event.by_id,
        "action": event.action,
        "sentence": event_rows.plain_sentence(event, things),
        "onType": event.on_type,
        "onId": event.on_id,
        "address": event_rows.address(event),
        "details": event.details,
        "hash": bytes(link.hash).hex() if link else None,
        "digest": bytes(link.digest).hex() if link else None,
    }


def _as_csv(batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for batch in batches:
        yield "".join(writer.writerow([_cell(record[name]) for name in COLUMNS]) for record in batch)


def _as_json_lines(batches: Iterable[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    for batch in batches:
        yield "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in batch)


def _cell(value: Any) -> Any:
    """No spreadsheet may run a cell as a formula."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else "" if value is None else str(value)
    return value if isinstance(value, int) else guarded(text)


class _Echo:
    def write(self, line: str) -> str:
        return line


_WRITERS: dict[str, tuple[str, Callable[[Iterable[Sequence[Mapping[str, Any]]]], Iterator[str]]]] = {
    "csv": ("text/csv", _as_csv),
    "jsonl": ("application/x-ndjson", _as_json_lines),
}
FORMS = tuple(_WRITERS)
