"""Import and export of the catalogue of labels: parse, call one verb of moderation.labels.exchange, render."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.versions.forms import FIELD
from moderation.labels import exchange
from moderation.labels.catalogue_file import COLUMNS
from moderation.labels.proposal import Change, ImportRefused, Overtaken, Proposal
from moderation.models import Label
from moderation.policy.taxonomy import SEVERITIES, Named
from review.views.label_forms import LabelImport

CHANGES_SHOWN = 100
DIFFERENCES_SHOWN = 20
JSON, CSV = "application/json", "text/csv; charset=utf-8"


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The form for a file; sent, what the file would change."""
    if request.method != "POST":
        return _page(request, LabelImport())
    form = LabelImport(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return _page(request, form, exchange.propose(file, size=file.size, by=signed_in(request)))
        except ImportRefused as refusal:
            _refuse(form, refusal)
    return _page(request, form, status=422)


@require_POST
@administrators_only
def apply(request: HttpRequest) -> HttpResponse:
    """Write what the page has shown."""
    form = LabelImport()
    try:
        done = exchange.apply(request.POST.get(FIELD, ""), by=signed_in(request))
    except Overtaken as overtaken:
        return _page(request, form, overtaken.proposal, status=409, conflict=tuple(_sentences(overtaken)))
    except ImportRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("review:import_labels")
    messages.success(request, gettext("The labels are imported: %(counts)s.") % {"counts": _counted(done)})
    return redirect("review:labels")


@require_GET
@login_required
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The catalogue as CSV; `?as=json` as JSON."""
    as_json = request.GET.get("as") == "json"
    lines = exchange.export(as_json=as_json, by=signed_in(request))
    disposition = {"Content-Disposition": f'attachment; filename="labels.{"json" if as_json else "csv"}"'}
    return StreamingHttpResponse(lines, content_type=JSON if as_json else CSV, headers=disposition)


def _page(
    request: HttpRequest,
    form: LabelImport,
    proposal: Proposal | None = None,
    *,
    status: int = 200,
    conflict: tuple[str, ...] = (),
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "proposal": proposal}
    context |= {"columns": ", ".join(COLUMNS), "severities": ", ".join(SEVERITIES)}
    if proposal:
        shown = [_row(change) for change in sorted(proposal.changes, key=_prominence)[:CHANGES_SHOWN]]
        context |= {"rows": shown, "more": len(proposal.changes) - len(shown), "counted": _counted(proposal)}
        context["confirm"] = {"version": proposal.token(), "conflict": conflict}
    return render(request, "manage/label_import.html", context, status=status)


def _prominence(change: Change) -> tuple[bool, bool]:
    """Other severities first, then names, then what is new: a lower severity must not hide below thousands of names."""
    return not change.is_rated, change.before is None


def _row(change: Change) -> dict[str, str]:
    before = "" if change.before is None else _told(change.before)
    return {"path": change.path, "before": before, "after": _told(change.after)}


def _refuse(form: LabelImport, refusal: ImportRefused) -> None:
    for told in (str(refusal), *refusal.faults):
        form.add_error(None, told)


def _sentences(overtaken: Overtaken) -> Iterator[str]:
    for path, before, now in overtaken.differences[:DIFFERENCES_SHOWN]:
        yield f"{path}: {_told(before)} → {_told(now)}"
    if (more := len(overtaken.differences) - DIFFERENCES_SHOWN) > 0:
        yield gettext("and %(n)s more") % {"n": more}
    yield str(overtaken)


def _counted(proposal: Proposal) -> str:
    said = gettext("%(new)d new, %(renamed)d renamed, %(rated)d with another severity, %(unchanged)d unchanged")
    counts = proposal.counts
    aliased = gettext("%(n)d with other aliases") % {"n": counts["aliased"]}
    return ", ".join([said % counts, *([aliased] if counts["aliased"] else [])])


def _told(named: Named) -> str:
    severity = str(Label.Severity(named.severity).label) if named.severity else ""
    return " · ".join(filter(None, (named.name_en, named.name_zh, severity, *named.aliases))) or "–"
