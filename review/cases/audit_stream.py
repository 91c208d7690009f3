"""Search the audit, newest first, in pages behind an event's id.

A page is the newest of what several statements find, each of which one index answers. One statement with OR or IN and
ORDER BY would have PostgreSQL read a million events backwards for the few that fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from accounts import audit_log
from accounts.audit_sentences import actions_of, actions_saying
from accounts.models import AuditEvent, User
from moderation.models import Case

AT_ONCE = 1000  # events read at once for an export
MOST_COUNTED = 10_000
MOST_NAMED = 10  # people, or cases, that one search word stands for
SHORTEST_ID = 8  # characters of a request's id that is looked up; the product's have 32
# Events get their ids a little before or after their times: how far the two orders may differ.
_SLACK = 5000

Events = QuerySet[AuditEvent]

_NEWEST_OF_EACH = """
SELECT found.id
  FROM unnest(%(values)s::{type}[]) AS chosen (value)
 CROSS JOIN LATERAL (
       SELECT e.id FROM accounts_auditevent e
        WHERE e.{column} = chosen.value AND {limits}
        ORDER BY e.id DESC LIMIT %(limit)s
       ) AS found
 ORDER BY 1 DESC LIMIT %(limit)s
"""
# Events about several cases, by the index of these alone. OFFSET 0: all of the case's events, then the newest.
_GATHERED = """
SELECT e.id
  FROM (SELECT id, at, by_id, action, on_type, on_id FROM accounts_auditevent
         WHERE action IN ('pictures.viewed', 'leases.taken', 'quarantine.replayed')
           AND (details -> 'cases') @> jsonb_build_array(%(case)s::bigint)
        OFFSET 0) AS e
 WHERE {limits}
 ORDER BY e.id DESC LIMIT %(limit)s
"""
_NUMBERED = "EXISTS (SELECT FROM accounts_auditlink l WHERE l.event_id = e.id AND l.number = %(number)s)"
_MEANT = """
(e.by_id = ANY(%(meant_people)s::bigint[]) OR e.action = ANY(%(meant_actions)s::text[])
 OR (e.on_type = 'case' AND e.on_id = ANY(%(meant_cases)s::text[])))
"""


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


@dataclass(frozen=True, slots=True)
class Meant:
    """What a word stands for: people of that name, cases of that request, and actions whose sentence has it."""

    people: tuple[int, ...]
    cases: tuple[str, ...]
    actions: tuple[str, ...]

    @classmethod
    def by(cls, text: str) -> Meant:
        people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).values_list("pk", flat=True)
        cases = Case.objects.filter(request_id=text).values_list("pk", flat=True)
        named = map(str, cases[:MOST_NAMED]) if len(text) >= SHORTEST_ID else ()
        return cls(tuple(people[:MOST_NAMED]), tuple(named), tuple(actions_saying(text)))

    def fits(self) -> Q:
        return Q(by__in=self.people) | Q(on_type="case", on_id__in=self.cases) | Q(action__in=self.actions)


@dataclass(frozen=True, slots=True)
class Limits:
    """What every statement of a search is limited to: all that is asked for but the case. The ids of a time are bounded
    too, so that a reading in the order of ids ends where the time does.
    """

    low: int
    high: int
    since: datetime | None
    until: datetime | None
    person: int | None
    actions: tuple[str, ...]
    about: tuple[str, str] | None
    number: int | None
    meant: Meant | None

    @classmethod
    def of(cls, search: AuditSearch, *, before: int | None) -> Limits | None:
        """None when nothing is that old or that new."""
        low, high, ids = 0, 2**62, AuditEvent.objects.values_list("pk", flat=True)
        if search.since is not None:
            first = ids.filter(at__gte=search.since).order_by("at").first()
            low = first - _SLACK if first is not None else high
        if search.until is not None:
            last = ids.filter(at__lt=search.until).order_by("-at").first()
            high = last + _SLACK if last is not None else 0
        high = high if before is None else min(high, before - 1)
        actions = tuple(actions_of(search.kinds)) if search.kinds else ()
        meant = Meant.by(search.text) if search.text else None
        others = search.person, actions, search.about, search.number, meant
        return cls(low, high, search.since, search.until, *others) if low <= high else None

    def within(self, events: Events) -> Events:
        events = events.filter(pk__gte=self.low, pk__lte=self.high)
        events = events.filter(at__gte=self.since) if self.since else events
        events = events.filter(at__lt=self.until) if self.until else events
        events = events.filter(by=self.person) if self.person is not None else events
        events = events.filter(action__in=self.actions) if self.actions else events
        events = events.filter(on_type=self.about[0], on_id=self.about[1]) if self.about else events
        events = events.filter(link__number=self.number) if self.number is not None else events
        return events.filter(self.meant.fits()) if self.meant else events

    def sql(self) -> str:
        """The same for `e`, with `values`."""
        parts = ["e.id >= %(low)s", "e.id <= %(high)s"]
        parts += ["e.at >= %(since)s"] if self.since else []
        parts += ["e.at < %(until)s"] if self.until else []
        parts += ["e.by_id = %(person)s"] if self.person is not None else []
        parts += ["e.action = ANY(%(actions)s::text[])"] if self.actions else []
        parts += ["(e.on_type, e.on_id) = (%(on_type)s, %(on_id)s)"] if self.about else []
        parts += [_NUMBERED] if self.number is not None else []
        parts += [_MEANT] if self.meant else []
        return " AND ".join(parts)

    def values(self) -> dict[str, Any]:
        on_type, on_id = self.about or ("", "")
        meant = asdict(self.meant or Meant((), (), ()))
        listed = {f"meant_{name}": list(value) for name, value in meant.items()}
        named = {name: getattr(self, name) for name in ("low", "high", "since", "until", "person", "number")}
        return named | listed | {"actions": list(self.actions), "on_type": on_type, "on_id": on_id}


def page(search: AuditSearch, *, by: User, before: int | None = None, limit: int) -> list[AuditEvent]:
    """At most `limit` events with ids below `before`, each with its person and its link. Raises NotAllowed."""
    events = audit_log.events(by=by)
    newest = sorted(set(_ids(search, before=before, limit=limit)), reverse=True)[:limit]
    return list(events.filter(pk__in=newest).select_related("by", "link").order_by("-pk"))


def everything(search: AuditSearch, *, by: User, below: int) -> Iterator[AuditEvent]:
    """All events with ids below `below`, newest first, without keeping a transaction open or all of them in memory."""
    before = below
    while found := page(search, by=by, before=before, limit=AT_ONCE):
        yield from found
        before = found[-1].pk


def count(search: AuditSearch, *, by: User) -> int:
    """How many events fit; MOST_COUNTED + 1 for more than MOST_COUNTED. Raises NotAllowed."""
    events, limits = audit_log.events(by=by), Limits.of(search, before=None)
    if limits is None:
        return 0
    if search.case is not None:
        found = len(set(_ids(search, before=None, limit=MOST_COUNTED + 1)))
    else:
        found = limits.within(events)[: MOST_COUNTED + 1].count()
    if _is_about_a_person(search):
        found += _on_person(search.person, limits)[: MOST_COUNTED + 1].count()
    return min(found, MOST_COUNTED + 1)


def _ids(search: AuditSearch, *, before: int | None, limit: int) -> list[int]:
    """The newest ids of each of the statements that together find everything."""
    limits = Limits.of(search, before=before)
    if limits is None:
        return []
    within = limits.within(AuditEvent.objects.all())
    if search.case is not None:
        values = {"case": search.case, "limit": limit} | limits.values()
        on_case = _newest(within.filter(on_type="case", on_id=str(search.case)), limit)
        return [*on_case, *_selected(_GATHERED.format(limits=limits.sql()), values)]
    if limits.about or limits.number is not None:
        return _newest(within, limit)
    if limits.meant:
        return _meant(limits.meant, replace(limits, meant=None), limit)
    if _is_about_a_person(search):
        return [*_newest(within, limit), *_newest(_on_person(search.person, limits), limit)]
    return _of_each("action", limits.actions, limits, limit) if limits.actions else _newest(within, limit)


def _meant(meant: Meant, limits: Limits, limit: int) -> list[int]:
    within = limits.within(AuditEvent.objects.all())
    on_cases = _newest(within.filter(on_type="case", on_id__in=meant.cases), limit) if meant.cases else []
    people = _of_each("by_id", meant.people, limits, limit)
    return [*people, *_of_each("action", meant.actions, limits, limit), *on_cases]


def _is_about_a_person(search: AuditSearch) -> bool:
    """One person is followed: what they did, and what others did to them."""
    alone = search.about is None and search.case is None and search.number is None and not search.text
    return search.person is not None and alone


def _on_person(person: int | None, limits: Limits) -> Events:
    others = replace(limits, person=None).within(AuditEvent.objects.exclude(by=person))
    return others.filter(on_type="user", on_id=str(person))


def _newest(events: Events, limit: int) -> list[int]:
    return list(events.order_by("-pk").values_list("pk", flat=True)[:limit])


def _of_each(column: str, values: Sequence[Any], limits: Limits, limit: int) -> list[int]:
    """The newest of all events that have one of these values, by the newest of each."""
    if not values:
        return []
    statement = _NEWEST_OF_EACH.format(column=column, type=_TYPES[column], limits=limits.sql())
    return _selected(statement, {"values": list(values), "limit": limit} | limits.values())


def _selected(statement: str, values: Mapping[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [pk for (pk,) in cursor.fetchall()]


_TYPES = {"by_id": "bigint", "action": "text"}
