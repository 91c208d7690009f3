"""Search the audit, newest first, in pages behind an event's id.

Each search is a list of alternatives, each of which one index answers; a page is the newest of all of them. One OR
would have PostgreSQL read a million rows backwards for the few that fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts import audit_log
from accounts.audit_actions import AuditAction
from accounts.audit_sentences import SENTENCES, actions_of
from accounts.models import AuditEvent, User
from moderation.models import Case

AT_ONCE = 1000  # events read at once for an export
MOST_COUNTED = 10_000
MOST_NAMED = 10  # people, or cases, that one search word stands for
GATHERED = (
    AuditAction.PICTURES_VIEWED,
    AuditAction.LEASES_TAKEN,
    AuditAction.QUARANTINE_REPLAYED,
)  # events about several cases, named in `cases`
# Events get their ids a little before or after their times: how far the two orders may differ.
_SLACK = 5000

Events = QuerySet[AuditEvent]


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What is looked for; everything given must fit. `about` is a kind of thing and its id, ("queue", "3")."""

    person: int | None = None
    kinds: tuple[str, ...] = ()
    about: tuple[str, str] | None = None
    case: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    number: int | None = None
    text: str = ""

    def is_everything(self) -> bool:
        return self == AuditSearch()


def page(search: AuditSearch, *, by: User, before: int | None = None, limit: int) -> list[AuditEvent]:
    """At most `limit` events with ids below `before`, each with its person and its link. Raises NotAllowed."""
    found = [one if before is None else one.filter(pk__lt=before) for one in _alternatives(search, by=by)]
    if not found:
        return []
    newest = [one.order_by("-id").values("id")[:limit] for one in found]
    ids = newest[0] if len(newest) == 1 else newest[0].union(*newest[1:]).order_by("-id")[:limit]
    keys = {row["id"] for row in ids}
    return list(AuditEvent.objects.filter(pk__in=keys).select_related("by", "link").order_by("-pk"))


def everything(search: AuditSearch, *, by: User, below: int) -> Iterator[AuditEvent]:
    """All events with ids below `below`, newest first, without keeping a transaction open or all of them in memory."""
    before = below
    while found := page(search, by=by, before=before, limit=AT_ONCE):
        yield from found
        before = found[-1].pk


def count(search: AuditSearch, *, by: User) -> int:
    """How many events fit; MOST_COUNTED + 1 for more than MOST_COUNTED. What two meanings of a word share counts
    twice.
    """
    found = [one.order_by().values("id") for one in _alternatives(search, by=by)]
    if not found:
        return 0
    together = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return together[: MOST_COUNTED + 1].count()


def _alternatives(search: AuditSearch, *, by: User) -> Sequence[Events]:
    """Those of a search word may overlap."""
    events = _within(audit_log.events(by=by), search)
    if search.number is not None:
        events = events.filter(link__number=search.number)
    if search.text:
        return [events.filter(fits).filter(_kinds(search)) for fits in _meant_by(search.text)]
    if search.case is not None:
        return [_of_person(one, search).filter(_kinds(search)) for one in _of_case(events, search.case)]
    if search.about is not None:
        kind, pk = search.about
        return [_of_person(events.filter(on_type=kind, on_id=pk), search).filter(_kinds(search))]
    if search.person is not None:
        on_person = events.filter(on_type="user", on_id=str(search.person)).exclude(by=search.person)
        return [one.filter(_kinds(search)) for one in (events.filter(by=search.person), on_person)]
    if search.kinds:
        return [events.filter(action=action) for action in actions_of(search.kinds)]
    return [events]


def _of_case(events: Events, case: int) -> list[Events]:
    gathered = events.filter(action__in=GATHERED, details__cases__contains=[case])
    return [events.filter(on_type="case", on_id=str(case)), gathered]


def _of_person(events: Events, search: AuditSearch) -> Events:
    return events if search.person is None else events.filter(by=search.person)


def _kinds(search: AuditSearch) -> Q:
    return Q(action__in=actions_of(search.kinds)) if search.kinds else Q()


def _meant_by(text: str) -> list[Q]:
    """People of that name, cases of that request, and actions whose sentence has the word."""
    people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).values_list("pk", flat=True)
    cases = Case.objects.filter(request_id=text).values_list("pk", flat=True)
    word = text.casefold()
    actions = [action for action, one in SENTENCES.items() if any(word in str(told).casefold() for told in one.texts)]
    return [
        *(Q(by=pk) for pk in people[:MOST_NAMED]),
        *(Q(on_type="case", on_id=str(pk)) for pk in cases[:MOST_NAMED]),
        *(Q(action=action) for action in actions[:MOST_NAMED]),
    ]


def _within(events: Events, search: AuditSearch) -> Events:
    """Bound the ids as well as the times, so that a reading in the order of ids ends where the times do."""
    if search.since is not None:
        first = AuditEvent.objects.filter(at__gte=search.since).order_by("at").values_list("pk", flat=True).first()
        if first is None:
            return events.none()
        events = events.filter(at__gte=search.since, pk__gte=first - _SLACK)
    if search.until is not None:
        last = AuditEvent.objects.filter(at__lt=search.until).order_by("-at").values_list("pk", flat=True).first()
        if last is None:
            return events.none()
        events = events.filter(at__lt=search.until, pk__lte=last + _SLACK)
    return events
