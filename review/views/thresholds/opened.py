"""Which draft a form of the page was opened on, and where a form that was saved leads."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.whole_numbers import whole_number
from review.policy_editor.thresholds.place import Place
from review.views.stage import HtmxHttpRequest

LONGEST_NUMBER = 9


def opened_on(request: HtmxHttpRequest) -> tuple[int, int]:
    """The draft's version and the number of the policy that it began with. Raises Http404 for what no page sent."""
    version, base = number(request, "version"), number(request, "base")
    if version is None or base is None:
        raise Http404
    return version, base


def address(request: HtmxHttpRequest, place: Place) -> HttpResponse:
    """To the page at this place. A browser follows with the headers of htmx, so that a part is exchanged."""
    return redirect(f"{reverse('review:thresholds')}?{place.query()}")


def number(request: HtmxHttpRequest, name: str) -> int | None:
    """A whole number of the form; None for what is none."""
    return whole_number(request.POST.get(name, "").strip(), digits=LONGEST_NUMBER)
