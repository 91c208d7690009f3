"""Write a queue's guideline. The audit keeps every text it ever had, with author and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import AuditEvent, User
from accounts.roles import Permission
from review.models import Queue
from review.permissions import check_leads_in
from review.queues.guideline_markdown import version_of

LONGEST = 20_000
KEPT_IN_VIEW = 20  # earlier texts on the page; the audit has them all
MOST_LINES = 500  # of each text that are compared
_ACTION = AuditAction.QUEUE_GUIDELINE_WRITTEN


class ChangedMeanwhile(Exception):
    """Another person changed it since the page was opened: read their text, then write again."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of two texts: in both, or in one of them alone."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class GuidelineChange:
    """One change: the audit event, and, of the one that is opened, how its text differs from the one before."""

    event: AuditEvent
    lines: Sequence[TextLine]


def write(queue: Queue, text: str, *, instead_of: str, by: User) -> Queue:
    """Leads write in the queues they work in, administrators everywhere. `instead_of` is the version that was read.
    A text that changes nothing is not recorded.

    Raises NotAllowed, ChangedMeanwhile, or ValueError for a text that is too long.
    """
    check_leads_in(by, queue.pk, Permission.WRITE_GUIDELINES)
    wanted = text.replace("\r\n", "\n").strip()
    if len(wanted) > LONGEST or "\0" in wanted:
        raise ValueError(gettext("A guideline has at most {n} characters.").format(n=LONGEST))
    with transaction.atomic():
        locked = Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
        if version_of(locked.guideline) != instead_of:
            raise ChangedMeanwhile
        if locked.guideline != wanted:
            before, locked.guideline = locked.guideline, wanted
            locked.save(update_fields=["guideline"])
            audit.record(_ACTION, by=by, on=locked, slug=locked.slug, before=before, text=wanted)
    return locked


def written(queue: Queue, *, opened: str = "") -> Sequence[GuidelineChange]:
    """The last changes, newest first. `opened` is the id of the event whose difference is wanted."""
    events = audit.history_of(queue).filter(action=_ACTION).order_by("-pk")[:KEPT_IN_VIEW]
    return [GuidelineChange(event, _difference_of(event) if str(event.pk) == opened else ()) for event in events]


def difference(before: str, after: str) -> list[TextLine]:
    """Line by line, in the order of the newer text. Lines after the first MOST_LINES are left out, which "…" says."""
    texts = before.splitlines(), after.splitlines()
    old, new = (lines[:MOST_LINES] for lines in texts)
    found: list[TextLine] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found += [TextLine("same", line) for line in new[c:d]]
        else:
            found += [TextLine("removed", line) for line in old[a:b]] + [TextLine("added", line) for line in new[c:d]]
    return found + [TextLine("same", "…")] * any(len(lines) > MOST_LINES for lines in texts)


def _difference_of(event: AuditEvent) -> list[TextLine]:
    return difference(event.details.get("before", ""), event.details["text"])
