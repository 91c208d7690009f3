"""The audit as one stream, for administrators and auditors; its chain; and its export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from math import sqrt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.audit_chain import append, watch
from accounts.audit_chain.watch import Status
from accounts.audit_kinds import Kind
from accounts.audit_sentences import kind_of
from accounts.auth.access import signed_in
from accounts.models import AuditCount, AuditLink
from accounts.permissions import check
from accounts.roles import Permission
from accounts.whole_numbers import whole_number
from moderation import cache_versions
from review.cases import audit_export, audit_stream
from review.cases.audit_stream import MOST_COUNTED, AuditSearch
from review.presentation.audit import event_rows
from review.presentation.audit.event_rows import Row, short_hash
from review.views.manage.audit_filters import AuditFilters, chips

ROWS_ON_A_PAGE = 50
LINKS_DRAWN = 5
MOST_TO_FOLLOW = 8
BAR = 88  # px
VERIFY_SECONDS = 0.5  # for each of linking, verifying what is new, and beginning with the whole
TEMPLATE = "manage/audit.html"

View = Callable[..., HttpResponseBase]


def readers_only(view: View) -> View:
    """Visitors are led to sign in; who may not read the audit gets 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check(request.user, Permission.READ_AUDIT)
        return view(request, *args, **kwargs)

    return login_required(guarded)


@dataclass(frozen=True, slots=True)
class Block:
    """A link of the chain as it is drawn; `x` in px."""

    number: int
    hash: str
    is_verified: bool
    x: int


@dataclass(frozen=True, slots=True)
class KindCount:
    kind: Kind
    events: int
    width: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Follow:
    name: str
    query: str


@require_GET
@readers_only
def page(request: HttpRequest) -> HttpResponse:
    """422 with the form as it was given, and no events, for a filter that cannot be read."""
    filters = AuditFilters(request.GET)
    try:
        search = filters.search()
    except ValueError:
        return render(request, TEMPLATE, {"filters": filters, **_chain()}, status=422)
    with cache_versions.read_together():
        shown = _stream(request, search) | _chain() | _aside(request, filters)
        return render(request, TEMPLATE, {"filters": filters, **shown})


def _stream(request: HttpRequest, search: AuditSearch) -> dict[str, Any]:
    by = signed_in(request)
    found = audit_stream.page(search, by=by, before=_before(request), limit=ROWS_ON_A_PAGE + 1)
    shown = event_rows.rows(found[:ROWS_ON_A_PAGE])
    is_cut = len(found) > ROWS_ON_A_PAGE
    count = None if search.is_everything() else audit_stream.count(search, by=by)
    return {
        "rows": shown,
        "older": shown[-1].event.pk if is_cut else None,
        "is_first": _before(request) is None,
        "count": count,
        "is_more": count is not None and count > MOST_COUNTED,
        "most": MOST_COUNTED,
        "follow": _follow(shown),
    }


def _chain() -> dict[str, Any]:
    status = watch.status()
    return {"status": status, "blocks": _blocks(status), "total": status.number + status.waiting}


def _aside(request: HttpRequest, filters: AuditFilters) -> dict[str, Any]:
    counts = Counter[Kind]()
    for action, events in AuditCount.objects.values_list("action", "events"):
        if kind := kind_of(action):
            counts[kind] += events
    most = max(counts.values(), default=1)
    chosen = filters.cleaned_data["kind"]
    kinds = [
        KindCount(kind, events, round(BAR * sqrt(events / most)), kind.value in chosen)
        for kind, events in counts.most_common()
    ]
    return {"kinds": kinds, "chips": chips(filters, request.GET)}


def _blocks(status: Status) -> list[Block]:
    last = list(AuditLink.objects.order_by("-number")[:LINKS_DRAWN])[::-1]
    return [
        Block(link.number, short_hash(link.hash)[:4], link.number <= status.verified_number, 66 * nth)
        for nth, link in enumerate(last)
    ]


def _follow(shown: Sequence[Row]) -> list[Follow]:
    """The people and things that the shown events are of and about, the most frequent first."""
    counted: Counter[Follow] = Counter()
    for row in shown:
        if row.person:
            counted[Follow(row.who, f"by={row.person}")] += 1
        if row.event.on_type == "case":
            counted[Follow(gettext("case {id}").format(id=row.about), f"case={row.event.on_id}")] += 1
        elif row.event.on_id and row.event.on_type != "user":
            counted[Follow(row.about, f"about={row.event.on_type}:{row.event.on_id}")] += 1
    return [one for one, _ in counted.most_common(MOST_TO_FOLLOW)]


def _before(request: HttpRequest) -> int | None:
    return whole_number(request.GET.get("before", ""))


@require_POST
@readers_only
def verify(request: HttpRequest) -> HttpResponse:
    """Link and verify what is new, and begin to read the whole chain again; maintenance reads on."""
    append.append(for_seconds=VERIFY_SECONDS)
    watch.step(for_seconds=VERIFY_SECONDS, whole=True)
    status = watch.status()
    if status.fault:
        messages.error(request, str(status.fault))
    else:
        messages.success(request, _how_far(status))
    return redirect(reverse("review:manage_audit"))


def _how_far(status: Status) -> str:
    done = gettext("Verified up to link {n}.").format(n=intcomma(status.verified_number))
    if not status.reread_number:
        return done
    goes_on = gettext("The whole chain is being read again in the background.")
    return f"{done} {goes_on}"


@require_POST
@readers_only
def export(request: HttpRequest) -> HttpResponseBase:
    """What the filters of the page show, all of it, as a file."""
    filters, form = AuditFilters(request.POST), request.POST.get("form", "")
    if form not in audit_export.FORMS or not filters.is_valid():
        return render(request, TEMPLATE, {"filters": filters, **_chain()}, status=422)
    asked = {name: str(value) for name, value in filters.cleaned_data.items() if value}
    begun = audit_export.begin(filters.search(), asked=asked, form=form, by=signed_in(request))
    headers = {"Content-Disposition": f'attachment; filename="audit.{form}"'}
    if begun.total is not None:
        headers["X-Total"] = str(begun.total)
    return StreamingHttpResponse(begun.lines, content_type=f"{begun.media_type}; charset=utf-8", headers=headers)
