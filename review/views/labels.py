"""The page on which administrators name and rate labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from moderation.policy import Taxonomy
from review.views.label_forms import Filters, LabelForm
from review.views.stage import HtmxHttpRequest

ROWS_ON_A_PAGE = 50
TEMPLATE = "manage/labels.html"


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label as it is listed. `above` is the path its severity comes from, "" for its own; `page` is its open form."""

    label: Label
    severity: str
    above: str
    page: PageForm[LabelForm] | None = None
    saved: bool = False

    @property
    def severity_in_words(self) -> str:
        return str(Label.Severity(self.severity).label) if self.severity else ""


@require_GET
@administrators_only
def page(request: HtmxHttpRequest) -> HttpResponse:
    """The list; `?edit=` opens the form of one row."""
    return _list(request, edited=request.GET.get("edit", ""))


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def row(request: HtmxHttpRequest, pk: int) -> HttpResponse:
    """One label: as it is, with its form open, or saved."""
    by = signed_in(request)
    one = get_object_or_404(Label, pk=pk)
    if request.method == "POST":
        return _save(request, one, by=by)
    if not request.htmx:
        return redirect(_address(request, edit=str(pk)))
    page = _opened(one) if "edit" in request.GET else None
    return _part(request, "row", row=_row(one, labels.in_force(), page=page))


def _opened(one: Label) -> PageForm[LabelForm]:
    return page_forms.open_on(labels.EDITED, one, form=LabelForm.of)


def _save(request: HtmxHttpRequest, one: Label, *, by: User) -> HttpResponse:
    def save(form: LabelForm, expected_version: str) -> None:
        labels.name(one, **form.named(), by=by, expected_version=expected_version)

    page = page_forms.send(request, labels.EDITED, one, form=LabelForm.of, save=save)
    one.refresh_from_db()
    if page.is_saved:
        return _saved(request, one)
    if request.htmx:  # htmx does not show 4xx answers
        return _part(request, "row", row=_row(one, labels.in_force(), page=page))
    return _list(request, edited=str(one.pk), page=page)


def _saved(request: HtmxHttpRequest, one: Label) -> HttpResponse:
    if request.htmx:
        return _part(request, "row", row=_row(one, labels.in_force(), saved=True))
    messages.success(request, gettext("%(label)s is saved.") % {"label": one})
    return redirect(f"{_address(request)}#label-{one.pk}")


def _list(request: HtmxHttpRequest, *, edited: str, page: PageForm[LabelForm] | None = None) -> HttpResponse:
    filters, taxonomy = Filters(request.GET), labels.in_force()
    found = Paginator(labels.listed(**filters.narrowing()), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    opened = {one.pk: page or _opened(one) for one in found if str(one.pk) == edited}
    rows = [_row(one, taxonomy, page=opened.get(one.pk)) for one in found]
    context = {"filters": filters, "page": found, "rows": rows}
    if request.htmx and not request.htmx.history_restore_request:
        return _part(request, "found", **context)
    context["coverage"] = labels.coverage()
    return _vary(render(request, TEMPLATE, context, status=page.status if page else 200))


def _row(one: Label, taxonomy: Taxonomy, *, page: PageForm[LabelForm] | None = None, saved: bool = False) -> LabelRow:
    rated = taxonomy.rated(one.path)
    if rated is None:
        return LabelRow(one, "", "", page, saved)
    level, severity = rated
    return LabelRow(one, severity, "" if one.severity else str(LabelPath(*level)), page, saved)


def _part(request: HtmxHttpRequest, name: str, **context: Any) -> HttpResponse:
    return _vary(render(request, f"{TEMPLATE}#{name}", context))


def _vary(response: HttpResponse) -> HttpResponse:
    """The page and its part have the same URL."""
    patch_vary_headers(response, ["HX-Request"])
    return response


def _address(request: HtmxHttpRequest, **changes: str) -> str:
    """The URL of the list, with its current filters."""
    query: QueryDict = request.GET.copy()
    query.pop("edit", None)
    query.update(changes)
    return reverse("review:labels", query=query)
