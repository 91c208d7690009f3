"""Replays of the draft: started from the pages of the policy, watched while they run, and read by everybody who may
change the policy.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from accounts.auth.access import administrators_only, signed_in
from moderation import cache_versions
from moderation.models import ReplayReport
from moderation.policy import PolicyRefused
from moderation.policy_versions import draft as drafts
from moderation.policy_versions.draft import NothingDrafted
from moderation.replay import begin, jobs
from moderation.runtime.worker_notifier import notify
from moderation.tasks import replay_policies
from review.presentation import rules
from review.statistics.replays.export import export
from review.views.list_forms import own_path
from review.views.policy import replay_contents

LONGEST_NUMBER = 8  # digits of how many cases


@require_GET
@administrators_only
def index(request: HttpRequest) -> HttpResponse:
    """The last ones."""
    found = replay_contents.listed(jobs.latest(by=signed_in(request)))
    context = {"replays": found, "draft": drafts.current()}
    return render(request, "policy/replays.html", context)


@require_POST
@administrators_only
def start(request: HttpRequest) -> HttpResponse:
    """Of the draft, on as many cases as `last` says."""
    try:
        job = begin.replay_draft(last=_last(request), by=signed_in(request))
    except NothingDrafted:
        messages.info(request, gettext("Nothing is drafted."))
        return redirect(own_path(request.POST.get("next", "")) or "review:replays")
    return _watched(job)


@require_POST
@administrators_only
def again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        job = begin.replay_again(_job(pk), by=signed_in(request))
    except PolicyRefused as refused:
        for mistake in refused.mistakes:
            messages.error(request, f"{mistake.pointer}: {rules.mistake(mistake)}")
        return redirect("review:replay", pk)
    return _watched(job)


@require_POST
@administrators_only
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    jobs.cancel(_job(pk), by=signed_in(request))
    return redirect("review:replay", pk)


@require_GET
@administrators_only
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, or what came of it."""
    job = _job(pk)
    with cache_versions.read_together():
        return render(request, "policy/replay.html", replay_contents.of_page(job, user=signed_in(request)))


@require_GET
@administrators_only
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, alone, asked for each second. When it is over the whole page is read anew."""
    job = get_object_or_404(ReplayReport.objects.only("state", "done", "cases"), pk=pk)
    if job.state != ReplayReport.State.RUNNING:
        return HttpResponseClientRefresh()
    return render(request, "policy/replay/progress.html", {"job": job})


@require_GET
@administrators_only
def asks(request: HttpRequest, pk: int) -> HttpResponse:
    """What has to be confirmed before this draft is published: found out apart, since that takes a moment."""
    return render(request, "policy/replay/asks.html", replay_contents.asked(_job(pk)))


@require_GET
@administrators_only
def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """The cases that people contradict, all of them or of one `label`, as a list that can be reviewed."""
    job = _finished(pk)
    label, page_number = request.GET.get("label"), request.GET.get("page", "1")
    with cache_versions.read_together():
        context = replay_contents.of_cases(job, label=label, page=page_number, user=signed_in(request))
        return render(request, "policy/replay_cases.html", context)


@require_GET
@administrators_only
def csv(request: HttpRequest, pk: int) -> HttpResponse:
    job = _finished(pk)
    with cache_versions.read_together():
        text = export(job, replay_contents.report_of(job), by=signed_in(request))
    headers = {"Content-Disposition": f'attachment; filename="replay-{job.pk}-{job.sha256[:6]}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _watched(job: ReplayReport) -> HttpResponse:
    notify(replay_policies)
    return redirect("review:replay", job.pk)


def _last(request: HttpRequest) -> int:
    text = request.POST.get("last", str(jobs.LAST))
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER and int(text)):
        raise Http404
    return int(text)


def _job(pk: int) -> ReplayReport:
    return get_object_or_404(ReplayReport.objects.select_related("created_by"), pk=pk)


def _finished(pk: int) -> ReplayReport:
    return get_object_or_404(ReplayReport, pk=pk, state=ReplayReport.State.FINISHED)
