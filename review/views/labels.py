"""The page on which administrators name and rate labels."""

from __future__ import annotations

from collections.abc import Mapping
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
from moderation import cache_versions, labels
from moderation.contract.values import LabelPath
from moderation.labels import aliases
from moderation.models import Label
from moderation.policy import Taxonomy
from moderation.policy.taxonomy import Key
from moderation.policy_versions import store
from review.views.label_forms import Filters, LabelForm
from review.views.stage import HtmxHttpRequest

ROWS_ON_A_PAGE = 50
TEMPLATE = "manage/labels.html"


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A label as it is listed. `above` is the path its severity comes from, "" for its own; `page` is its open form;
    `stands_for` is the label that it is an alias of.
    """

    label: Label
    severity: str
    above: str
    page: PageForm[LabelForm] | None = None
    saved: bool = False
    aliases: tuple[str, ...] = ()
    stands_for: str = ""

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
    with cache_versions.read_together():
        filters, taxonomy, thresholds = Filters(request.GET), labels.in_force(), _with_thresholds()
    found = Paginator(labels.listed(**filters.narrowing()), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    opened = {one.pk: page or _opened(one) for one in found if str(one.pk) == edited}
    others = aliases.by_label(*found)
    rows = [_row(one, taxonomy, page=opened.get(one.pk), others=others) for one in found]
    context = {"filters": filters, "page": found, "rows": rows}
    if request.htmx and not request.htmx.history_restore_request:
        return _part(request, "found", **context)
    context["coverage"] = labels.coverage(thresholds)
    return _vary(render(request, TEMPLATE, context, status=page.status if page else 200))


def _with_thresholds() -> set[str]:
    """The keys of the labels that the policy in force has thresholds for."""
    return {key for section in store.in_force()[1].sections for key in section.thresholds}


def _row(
    one: Label,
    taxonomy: Taxonomy,
    *,
    page: PageForm[LabelForm] | None = None,
    saved: bool = False,
    others: Mapping[Key, tuple[str, ...]] | None = None,
) -> LabelRow:
    own = taxonomy.sent_key(one.path)
    named = (aliases.by_label(one) if others is None else others).get(own, ())
    meant = taxonomy.key(one.path)
    stands_for = str(LabelPath(*meant)) if meant != own else ""
    level, severity = taxonomy.rated(one.path) or (own, "")
    above = "" if one.severity or not severity else str(LabelPath(*level))
    return LabelRow(one, severity, above, page, saved, named, stands_for)


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
