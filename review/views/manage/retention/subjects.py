"""Erase one subject: counted first, confirmed by typing the count, then with progress and a certificate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.models import Case, Erasure
from review.retention import certificate, subjects
from review.views.manage.retention.forms import SubjectForm
from review.views.stage import HtmxHttpRequest

SHOWN = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The erasures so far, and the form; posted, how much there is of a subject."""
    form = SubjectForm(request.POST if request.method == "POST" else None)
    counted = None
    if request.method == "POST" and form.is_valid():
        about = form.cleaned_data
        counted = subjects.count(about["token_id"], app=about["app"], by=signed_in(request))
    return _page(request, form, counted=counted)


@never_cache
@require_POST
@administrators_only
def start(request: HttpRequest) -> HttpResponse:
    form = SubjectForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    token_id, app = form.cleaned_data["token_id"], form.cleaned_data["app"]
    by = signed_in(request)
    try:
        counted = _typed(request)
        made = subjects.begin(token_id, app=app, counted=counted, by=by)
    except subjects.ErasureRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, counted=subjects.count(token_id, app=app, by=by))
    return redirect("review:manage_erasure", made.pk)


@never_cache
@require_GET
@administrators_only
def erasure(request: HtmxHttpRequest, pk: UUID) -> HttpResponse:
    """How far it is. The page asks again while it is under way."""
    one = get_object_or_404(Erasure.objects.select_related("app", "requested_by"), pk=pk)
    runs = one.state == Erasure.State.RUNNING
    left = subjects.left(one) if runs else None
    done = one.erased.get("cases", 0)
    held = (one.certificate or {}).get("held", [])
    context: dict[str, Any] = {
        "erasure": one,
        "runs": runs,
        "left": left,
        "done": done,
        "of": max(one.counted, done),
        "held": Case.objects.filter(pk__in=[int(case["caseId"]) for case in held]),
        "audit": certificate.whole(one)["audit"] if not runs else None,
    }
    return render(request, f"manage/retention/erasure.html{'#progress' if request.htmx else ''}", context)


@never_cache
@require_GET
@administrators_only
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The certificate, as JSON."""
    one = get_object_or_404(Erasure.objects.select_related("app"), pk=pk, state=Erasure.State.FINISHED)
    answer = JsonResponse(certificate.whole(one), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="erasure-{one.pk}.json"'
    return answer


def _typed(request: HttpRequest) -> int:
    """How many cases the person has typed that there are."""
    typed = request.POST.get("typed", "").strip().replace(",", "")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 10):
        raise subjects.ErasureRefused(gettext("Type the number of cases to erase them."))
    return int(typed)


def _page(request: HttpRequest, form: SubjectForm, *, counted: subjects.Counted | None = None) -> HttpResponse:
    erasures = Erasure.objects.select_related("app", "requested_by").order_by("-requested_at")
    context = {"form": form, "counted": counted, "erasures": erasures[:SHOWN]}
    return render(request, "manage/retention/erasures.html", context, status=422 if form.errors else 200)
