"""Search the cases a person may see, newest first, a page at a time. No total is counted, since that would read
every row; a page says whether there is another.

Each filter is an index scan of its own or a probe by case, so that the planner can start from whichever is rarest.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import App, User
from moderation.api.lookup import batch_item
from moderation.contract.search_terms import term
from moderation.models import Case, Delivery, Endpoint, FinalResult, MachineResult, PictureFetch
from moderation.policy.taxonomy import ALIASES, BUILT_IN_TAXONOMY
from review.cases import accounting
from review.cases.bounded_read import BESIDE, FIRST_MS, TooWide, is_among, read_newest, within
from review.models import Decision, Queue, ReviewTask
from review.models.review_task import IS_LEASED
from review.permissions import ways_to_see

PAGE = 36  # full rows of two, three, four or six cards
FEW_NAMED = 1000  # cases
FEW = 30_000  # deliveries, whose cases are gathered sooner than the newest cases are walked through
MOST_IN_A_RUN = 500
_STATE = ReviewTask.State
OPEN = [_STATE.WAITING, _STATE.GROUPED, _STATE.ESCALATED, _STATE.SNOOZED]
PAST_DUE = [_STATE.WAITING, _STATE.ESCALATED, _STATE.SNOOZED]  # what "overdue" counts, see queue_depth
SHA256_CHARACTERS = 64
BY_POLICY = {"policy_passed": "PASS", "policy_rejected": "REJECT"}
NAMED_BY = ("nickname", "deviceId", "room", "streamId")  # what is found beside ids, in lower case
LONGEST_NUMBER = 18  # digits of a row's id


@dataclass(frozen=True, slots=True)
class After:
    """The last case of the page before."""

    received_at: datetime
    case_id: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What is searched for; "" and None match everything. `anything` is any id. `label` is a path, its levels
    separated by slashes. `state` is a case's or an open task's, "open", "free", "leased", "overdue", "unaccounted",
    one of BY_POLICY, or "answer_" and a delivery's. The filters on a decision must all match one decision that stands.
    `since` is inclusive and `until` exclusive. Of each of `facts`, which are terms of cases, one must be the case's.
    """

    anything: str = ""
    request_id: str = ""
    data_id: str = ""
    token_id: str = ""
    sha256: str = ""
    app: App | None = None
    label: str = ""
    queue: Queue | None = None
    state: str = ""
    decided_by: User | None = None
    verdict: str = ""
    decided_since: datetime | None = None
    decided_until: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    facts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchPage:
    """At most PAGE cases; `after` leads to the next page, None when there is none."""

    cases: Sequence[Case]
    after: After | None


def find(filters: Filters, *, user: User, after: After | None = None) -> SearchPage:
    """Raises TooWide."""
    few = _of_few_deliveries(filters.state)
    asked = filters if few is None else replace(filters, state="")  # these are exactly the state's
    ways = matching(asked, user=user)
    if after:
        older = Q(received_at__lt=after.received_at) | Q(pk__lt=after.case_id)
        ways = [cases.filter(older, received_at__lte=after.received_at) for cases in ways]
    ways = [cases.select_related(*BESIDE) for cases in ways]
    if few is not None:
        ways = [cases.filter(is_among(few.values("case"))) for cases in ways]
    return _page(read_newest(ways, most=PAGE + 1, are_few=few is not None))


def _of_few_deliveries(state: str) -> QuerySet[Delivery] | None:
    """Those that an answer's state asks for, unless they are many; None where it does not ask for any."""
    if not state.startswith("answer_"):
        return None
    by_endpoint = Delivery.objects.order_by().filter(endpoint__in=Endpoint.objects.values("pk"))  # as the index is
    found = by_endpoint.filter(state=state.removeprefix("answer_"))
    return found if found[: FEW + 1].count() <= FEW else None


def newest(filters: Filters, *, user: User, most: int, milliseconds: int) -> list[int]:
    """The newest matches by their keys. Raises TooWide when even these cannot be read in that time."""
    found: set[tuple[datetime, int]] = set()
    for cases in matching(filters, user=user):
        found.update(within(cases.values_list("received_at", "pk")[:most], milliseconds=milliseconds))
    return [pk for _, pk in sorted(found, reverse=True)[:most]]


def _page(found: Sequence[Case]) -> SearchPage:
    last = found[PAGE - 1] if len(found) > PAGE else None
    return SearchPage(found[:PAGE], After(last.received_at, last.pk) if last else None)


def tasks_of_a_run(filters: Filters, *, user: User, workable: QuerySet[ReviewTask]) -> tuple[list[int], bool]:
    """The open tasks of all matches, in the order of the list. Of a list longer than MOST_IN_A_RUN the first that are
    `workable`, and whether there are more of these. Raises TooWide.
    """
    cases = matching(filters, user=user)[0].filter(_in_state("open"))
    found = _open_tasks(cases)
    if len(found) <= MOST_IN_A_RUN:
        return found, False
    found = _open_tasks(cases.filter(Exists(workable.filter(case=OuterRef("pk")))))
    return found[:MOST_IN_A_RUN], len(found) > MOST_IN_A_RUN


def _open_tasks(matches: QuerySet[Case]) -> list[int]:
    """At most one more than a run can have."""
    cases = read_newest([matches], most=MOST_IN_A_RUN + 1)
    of_case = dict(ReviewTask.objects.filter(case__in=cases, closed_at=None).values_list("case", "pk"))
    return [of_case[case.pk] for case in cases if case.pk in of_case]


def matching(filters: Filters, *, user: User) -> list[QuerySet[Case]]:
    """Every match that this person may see, newest first; one query for each way to see cases, those that wait or
    waited first.
    """
    by_policy = filters.state in BY_POLICY
    ways = ways_to_see(user, with_task=_asks_for_tasks(filters), by_policy=by_policy, queue=filters.queue)
    if filters.anything:
        named = _named(filters.anything)
        ways = [seen.filter(pk__in=named) for seen in ways]
    return [_matching(filters, seen) for seen in ways]


def _named(text: str) -> Collection[int] | QuerySet[Any, int]:
    """The cases with this id, as numbers unless they are many: how many have a term, PostgreSQL can only guess."""
    named = of_any_id(text)
    with suppress(TooWide):
        found = within(named[: FEW_NAMED + 1], milliseconds=FIRST_MS)
        if len(found) <= FEW_NAMED:
            return found
    return named


def _asks_for_tasks(filters: Filters) -> bool:
    """Whether every match has a task."""
    of_cases = {"", "unaccounted", *Case.State.values, *BY_POLICY}
    is_of_task = filters.state not in of_cases and not filters.state.startswith("answer_")
    return is_of_task or filters.queue is not None or _decisions(filters) is not None


def _matching(filters: Filters, seen: QuerySet[Case]) -> QuerySet[Case]:
    cases = _narrowed(seen, filters)
    for terms in filters.facts:
        cases = cases.filter(terms__overlap=list(terms))
    if filters.label:
        standing = _labelled(filters.label).filter(case=OuterRef("pk"), revision=OuterRef("stands_on"))
        cases = cases.filter(Exists(standing))
    if filters.queue:
        cases = cases.filter(Exists(ReviewTask.objects.filter(case=OuterRef("pk"), queue=filters.queue)))
    decisions = _decisions(filters)
    if decisions is not None:
        cases = cases.filter(_decided_by(decisions), state=Case.State.FINAL)
    if filters.state:
        cases = cases.filter(_in_state(filters.state))
    return cases.order_by("-received_at", "-pk")


def _decisions(filters: Filters) -> QuerySet[Decision] | None:
    """Standing decisions that match; None when no filter concerns decisions."""
    wanted = {
        "by": filters.decided_by,
        "verdict": filters.verdict,
        "decided_at__gte": filters.decided_since,
        "decided_at__lt": filters.decided_until,
    }
    asked = {field: value for field, value in wanted.items() if value}
    return Decision.objects.filter(undone_at=None, **asked) if asked else None


def _decided_by(decisions: QuerySet[Decision]) -> Exists:
    """By one of these, on a task of the case or on the task that one of them was decided with. What a person decided is
    final, and stays so when it is reopened; saying so keeps those that wait out of the walk.
    """
    of_task = decisions.filter(Q(task=OuterRef("pk")) | Q(task=OuterRef("grouped_with")))
    return Exists(ReviewTask.objects.filter(Exists(of_task), case=OuterRef("pk")))


def _narrowed(cases: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """By columns of the case's own row, and of its picture's."""
    wanted = {
        "request_id": filters.request_id,
        "data_id": filters.data_id,
        "token_id": filters.token_id,
        "picture_fetch__picture": filters.sha256.lower(),
        "app": filters.app,
        "received_at__gte": filters.since,
        "received_at__lt": filters.until,
    }
    return cases.filter(**{field: value for field, value in wanted.items() if value})


def of_any_id(text: str) -> QuerySet[Any, int]:
    """One look-up for each kind of id, whatever the text looks like, since senders choose ids freely."""
    ids = Case.objects.order_by().values_list("pk", flat=True)
    named = (Q(request_id=text), batch_item(text), Q(data_id=text), Q(token_id=text))
    found: list[QuerySet[Any, int]] = [ids.filter(one) for one in named]
    found.append(ids.filter(terms__overlap=[term(name, text) for name in NAMED_BY]))
    if len(text) == SHA256_CHARACTERS:
        fetches: QuerySet[Any] = PictureFetch.objects.order_by().filter(picture=text.lower())
        found.append(fetches.values_list("pk", flat=True))
    if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER:
        found.append(ids.filter(pk=int(text)))
    return found[0].union(*found[1:], all=True)


def _labelled(label: str) -> QuerySet[MachineResult]:
    """Results whose top label is this one or below it; the first level matches under any name the machine may use."""
    first, *below = (level.strip() for level in label.split("/", 2))
    canonical = BUILT_IN_TAXONOMY.canonical(first)
    names = {first, canonical, *(alias for alias, name in ALIASES.items() if name == canonical)}
    levels = {f"risk_label{n}": level for n, level in enumerate(below, 2) if level}
    return MachineResult.objects.filter(risk_label1__in=sorted(names), **levels)


def _in_state(state: str) -> Q | Exists:
    """Open tasks have an index by case of their own, which finds the few that wait among the many decided."""
    if state in Case.State.values:
        return Q(state=state)
    if state == "unaccounted":
        return Q(pk__in=accounting.cases())
    if state in BY_POLICY:
        return _decided_by_policy(BY_POLICY[state])
    if state.startswith("answer_"):
        return Exists(Delivery.objects.filter(case=OuterRef("pk"), state=state.removeprefix("answer_")))
    return Exists(_tasks_in(state).filter(case=OuterRef("pk")))


def _decided_by_policy(level: str) -> Q:
    """The last result is policy's: a person's verdict is never followed by one of policy."""
    standing = FinalResult.objects.filter(voided_at=None)
    of_case = standing.filter(case=OuterRef("pk"))
    later = standing.filter(case=OuterRef("case"), revision__gt=OuterRef("revision"))
    last = of_case.filter(~Exists(later), result_type=0, risk_level=level)
    by_person = of_case.filter(result_type=1)
    return Q(Exists(last), ~Exists(by_person), state=Case.State.FINAL)


def _tasks_in(state: str) -> QuerySet[ReviewTask]:
    waiting = ReviewTask.objects.filter(state=_STATE.WAITING)
    found = {
        "open": lambda: ReviewTask.objects.filter(state__in=OPEN),
        "free": lambda: waiting.exclude(IS_LEASED),
        "leased": lambda: waiting.filter(IS_LEASED),
        "overdue": lambda: ReviewTask.objects.filter(state__in=PAST_DUE, due_at__lt=Now()),
    }
    return found[state]() if state in found else ReviewTask.objects.filter(state=state)
