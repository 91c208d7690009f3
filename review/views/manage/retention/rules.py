"""How long data is kept: the rules, and one of them, counted before it is saved."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import page_forms
from accounts.versions.forms import FIELD
from accounts.versions.page_forms import PageForm
from moderation.models import LegalHold
from review.models import RetentionRule
from review.retention import dry_run, rules, runs
from review.retention.dry_run import DryRun
from review.retention.rules import Confirmed
from review.views.manage.retention.forms import USUAL_DAYS, NewRuleForm, RuleForm, some_labels

SHOWN_HOLDS = 100
NOT_YET = "\n"  # the label of a new rule before it has one: no rule has it, and so no version


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    holds = LegalHold.objects.filter(lifted_at=None).select_related("case", "placed_by").order_by("-placed_at")
    context = {
        "rules": rules.every(),
        "run": runs.last(),
        "every_minutes": runs.EVERY.total_seconds() // 60,
        "holds": holds[:SHOWN_HOLDS],
        "held": holds.count(),
    }
    return render(request, "manage/retention/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def new(request: HttpRequest) -> HttpResponse:
    return _edited(request, RetentionRule(label=NOT_YET), NewRuleForm)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def default(request: HttpRequest) -> HttpResponse:
    return _edited(request, rules.default(), RuleForm)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(RetentionRule.objects.select_related("queue"), pk=pk), RuleForm)


def _edited(request: HttpRequest, one: RetentionRule, form: type[RuleForm]) -> HttpResponse:
    if request.method != "POST":
        return _page(request, one, page_forms.open_on(rules.EDITED, one, form=form))
    if "save" not in request.POST:
        return _count(request, one, form(request.POST, one))
    save = partial(_save, one, request.POST, by=signed_in(request))
    sent = page_forms.send(request, rules.EDITED, one, form=form, save=save)
    if sent.is_saved:
        messages.success(request, gettext("Saved. What is due by now is erased within the next minutes."))
        return redirect("review:manage_retention")
    return _page(request, one, sent)


def _count(request: HttpRequest, one: RetentionRule, form: RuleForm) -> HttpResponse:
    """What saving would erase now."""
    sent = PageForm(form, request.POST.get(FIELD, ""), status=200)
    if not form.is_valid():
        return _page(request, one, PageForm(form, sent.version, status=422))
    of = _of(one, form)
    counted = dry_run.count(rules.instead(of, days=form.days))
    token = rules.signed(of.queue, of.label, days=form.days, cases=counted.cases)
    return _page(request, one, sent, counted=counted, token=token)


def _save(one: RetentionRule, sent: QueryDict, form: RuleForm, expected_version: str, *, by: User) -> None:
    of, confirmed = _of(one, form), Confirmed(sent.get("counted", ""), sent.get("typed", ""))
    told: dict[str, Any] = {"days": form.days, "by": by, "confirmed": confirmed}
    if isinstance(form, NewRuleForm):
        rules.add(of.queue, of.label, **told)
    else:
        rules.save(of.queue, of.label, **told, expected_version=expected_version)


def _of(one: RetentionRule, form: RuleForm) -> RetentionRule:
    if not isinstance(form, NewRuleForm):
        return one
    return RetentionRule(queue=form.cleaned_data["queue"], label=form.cleaned_data["label"])


def _page(
    request: HttpRequest, one: RetentionRule, page: PageForm[Any], *, counted: DryRun | None = None, token: str = ""
) -> HttpResponse:
    context = {
        "rule": one,
        "is_new": isinstance(page.form, NewRuleForm),
        "page": page,
        "counted": counted,
        "token": token,
        "usual_days": [*USUAL_DAYS, gettext("keep")],
        "labels": some_labels(),
    }
    return render(request, "manage/retention/rule.html", context, status=page.status)
