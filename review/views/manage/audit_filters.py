"""The filters of the audit in the URL: `?by=3&kind=queue&about=queue:2&case=17&since=2026-11-01&q=word`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import times
from accounts.audit_kinds import Kind
from accounts.models import User
from moderation.models import Case
from review.cases.audit_stream import AuditSearch
from review.presentation.audit.things import kind_name

_ABOUT = re.compile(r"\A[a-z]{1,40}:[\w-]{1,64}\Z")
_NUMBER = re.compile(r"#?\d{1,18}")
FIRST, LAST = date(1970, 1, 1), date(9000, 1, 1)
LARGEST = 2**63 - 1
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilters(forms.Form):
    q = forms.CharField(label=_("Who, what, or a number"), required=False, max_length=200)
    by = forms.ModelChoiceField(
        User.objects.order_by("name", "email"), label=_("by"), required=False, empty_label=_("anyone")
    )
    about = forms.RegexField(_ABOUT, required=False, widget=forms.HiddenInput)
    case = forms.IntegerField(required=False, min_value=1, max_value=LARGEST, widget=forms.HiddenInput)
    kind = forms.MultipleChoiceField(choices=lambda: [(kind.value, kind.words) for kind in Kind], required=False)
    since = forms.DateField(label=_("since"), required=False, widget=DAY)
    until = forms.DateField(label=_("until"), required=False, widget=DAY)

    @property
    def sent(self) -> list[tuple[str, list[str]]]:
        """What the address asks for; a template looks up `data.lists` as a parameter of that name."""
        return list(self.data.lists()) if isinstance(self.data, QueryDict) else []

    def search(self) -> AuditSearch:
        """What is asked for. Raises ValueError while a field is wrong."""
        if not self.is_valid():
            raise ValueError("a filter is wrong")
        asked: dict[str, Any] = self.cleaned_data
        number = asked["q"].lstrip("#") if _NUMBER.fullmatch(asked["q"]) else ""
        kind, _, pk = asked["about"].partition(":")
        return AuditSearch(
            person=asked["by"].pk if asked["by"] else None,
            kinds=tuple(asked["kind"]),
            about=(kind, pk) if kind else None,
            case=asked["case"],
            since=_begin(asked["since"]),
            until=_begin(asked["until"], days_later=1),
            number=int(number) if number else None,
            text="" if number else asked["q"],
        )


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the query without it."""

    name: str
    value: str
    without: str


def chips(filters: AuditFilters, query: QueryDict) -> Sequence[Chip]:
    """The filters that have no field of their own on the page."""
    found = []
    if about := filters.cleaned_data.get("about"):
        kind, _, pk = about.partition(":")
        found.append(Chip(kind_name(kind), pk, _without(query, "about")))
    if case := filters.cleaned_data.get("case"):
        named = Case.objects.filter(pk=case).first()
        found.append(Chip(gettext("case"), str(named or case), _without(query, "case")))
    return found


def _without(query: QueryDict, name: str) -> str:
    left = query.copy()
    for gone in (name, "before"):
        left.pop(gone, None)
    return f"?{left.urlencode()}"


def _begin(day: date | None, *, days_later: int = 0) -> datetime | None:
    """The begin of the reader's day; days that no zone can tell are moved to the first or last that it can."""
    if day is None:
        return None
    return times.midnight(min(max(day, FIRST), LAST) + timedelta(days=days_later))
