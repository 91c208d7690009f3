"""The customer's own labels, for administrators: parse, call one verb of moderation.disposal, render."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App
from accounts.versions import Conflict, UnknownVersion, page_forms
from accounts.versions.forms import FIELD
from accounts.versions.page_forms import PageForm
from moderation import cache_versions, labels
from moderation.contract.values import LabelPath
from moderation.disposal import changes, csv_form, exchange, unmapped
from moderation.disposal.entries import DisposalRefused, path_of
from moderation.models import OwnLabel
from moderation.policy.sections import ANY_LABEL
from review.presentation.label_names import label_name
from review.views.policy.disposal_forms import Add, Change, Form, Import

TEMPLATE = "policy/disposal.html"
ROWS_ON_A_PAGE = 100
UNMAPPED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class MappedLabel:
    """One entry as the page lists it. `used` are final results of the last days."""

    row: OwnLabel
    name: str
    used: int
    is_unknown: bool


@dataclass(frozen=True, slots=True)
class UnmappedLabel:
    path: LabelPath
    name: str
    count: int


@require_GET
@administrators_only
def index(request: HttpRequest) -> HttpResponse:
    """`?app=` leads to the page of that app, else to the first one's."""
    apps = App.objects.order_by("app_id")
    asked = request.GET.get("app", "")
    app = apps.filter(app_id=asked).first() if asked else apps.first()
    if app is None and asked:
        raise Http404
    return redirect("review:disposal", app.pk) if app else render(request, TEMPLATE, {"apps": ()})


@require_GET
@administrators_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """`?label=` begins an entry for that label, `?edit=` opens one, `?q=` searches."""
    return _page(request, get_object_or_404(App, pk=pk))


@require_POST
@administrators_only
def add(request: HttpRequest, pk: int) -> HttpResponse:
    app, form = get_object_or_404(App, pk=pk), Add(request.POST)
    if form.is_valid():
        try:
            row = changes.add(app, label=form.cleaned_data["label"], own=form.own(), by=signed_in(request))
        except DisposalRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, gettext("%(label)s is mapped.") % {"label": row.label})
            return redirect("review:disposal", pk)
    return _page(request, app, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def change(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(OwnLabel.objects.select_related("app"), pk=pk)
    if request.method != "POST":
        return _page(request, row.app, edited=page_forms.open_on(changes.EDITED, row, form=Change.of), row=row)

    def save(form: Change, expected_version: str) -> None:
        changes.change(row, own=form.own(), by=signed_in(request), expected_version=expected_version)

    sent = page_forms.send(request, changes.EDITED, row, form=Change.of, save=save)
    if sent.is_saved:
        messages.success(request, gettext("%(label)s is saved.") % {"label": row.label})
        return redirect("review:disposal", row.app_id)
    return _page(request, row.app, edited=sent, row=row, status=sent.status)


@require_POST
@administrators_only
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(OwnLabel.objects.select_related("app"), pk=pk)
    try:
        changes.remove(row, by=signed_in(request), expected_version=request.POST.get(FIELD, ""))
        messages.success(request, gettext("%(label)s is not mapped any more.") % {"label": row.label})
    except Conflict as conflict:
        messages.error(request, conflict.sentences[0])
        return redirect("review:own_label", pk)
    except OwnLabel.DoesNotExist:
        messages.info(request, gettext("%(label)s is not mapped any more.") % {"label": row.label})
    except UnknownVersion as refusal:
        messages.error(request, str(refusal))
    return redirect("review:disposal", row.app_id)


@require_POST
@administrators_only
def import_file(request: HttpRequest, pk: int) -> HttpResponse:
    app, form = get_object_or_404(App, pk=pk), Import(request.POST, request.FILES)
    if form.is_valid():
        file, replace, version = (
            form.cleaned_data["file"],
            form.cleaned_data["replace"],
            request.POST.get("mapping", ""),
        )
        by = signed_in(request)
        try:
            done = exchange.import_csv(app, file, size=file.size, replace=replace, by=by, expected_version=version)
        except DisposalRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _counted(done))
            return redirect("review:disposal", pk)
    return _page(request, app, form, status=422)


@require_GET
@administrators_only
def export(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    app = get_object_or_404(App, pk=pk)
    disposition = {"Content-Disposition": f'attachment; filename="own-labels-{app.app_id}.csv"'}
    lines = exchange.export_csv(app, by=signed_in(request))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=disposition)


def _page(
    request: HttpRequest,
    app: App,
    *forms: Form,
    edited: PageForm[Change] | None = None,
    row: OwnLabel | None = None,
    status: int = 200,
) -> HttpResponse:
    with cache_versions.read_together():
        context = _context(request, app, *forms) | {"edited": edited, "row": row}
        return render(request, TEMPLATE, context, status=status)


def _context(request: HttpRequest, app: App, *forms: Form) -> dict[str, Any]:
    typed, used = request.GET.get("q", "").strip()[:100], unmapped.lately(app)
    found = OwnLabel.objects.filter(app=app).order_by("key")
    entries = Paginator(found.filter(_asks_for(typed)), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "apps": App.objects.order_by("app_id"),
        "app": app,
        "q": typed,
        "total": found.count(),
        "page": entries,
        "lines": _lines(list(entries), used.entries),
        "unmapped": _unmapped(used)[:UNMAPPED_SHOWN],
        "mapping_version": exchange.version_of(app),
        "columns": ", ".join(csv_form.COLUMNS),
        "days": unmapped.DAYS,
        **_forms(Add(initial={"label": request.GET.get("label", "")[:400]}), Import(), *forms),
    }


def _asks_for(typed: str) -> Q:
    names = ("label", "risk_label1", "risk_label2", "risk_label3", "risk_description")
    return Q() if not typed else Q.create([(f"{name}__icontains", typed) for name in names], connector=Q.OR)


def _lines(rows: list[OwnLabel], used: dict[str, int]) -> list[MappedLabel]:
    taxonomy = labels.in_force()
    paths = {row.pk: path_of(row.label) for row in rows if row.key != ANY_LABEL}
    unknown = set(labels.unknown(paths.values()))
    return [
        MappedLabel(
            row,
            label_name(row.label, taxonomy) if row.pk in paths else gettext("every other label"),
            used.get(row.key, 0),
            paths.get(row.pk) in unknown,
        )
        for row in rows
    ]


def _unmapped(used: unmapped.Used) -> list[UnmappedLabel]:
    taxonomy = labels.in_force()
    return [UnmappedLabel(path, label_name(str(path), taxonomy), count) for path, count in used.unmapped]


def _forms(*forms: Form) -> dict[str, Any]:
    """Forms by their name in the template; a later one replaces an earlier."""
    return {f"{type(form).__name__.lower()}_form": form for form in forms}


def _counted(done: exchange.Imported) -> str:
    told = gettext(
        "The file is imported: {added} added, {replaced} replaced, {removed} removed, {unchanged} as before."
    )
    return told.format(added=done.added, replaced=done.replaced, removed=done.removed, unchanged=done.unchanged)
