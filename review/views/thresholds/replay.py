"""Replay the draft on the last results, from its page: start it, see how far it is, stop it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import administrators_only, signed_in
from moderation.policy_versions import draft
from moderation.replay import jobs
from moderation.runtime.worker_notifier import notify
from moderation.tasks import replay_policies
from review.policy_editor import handling
from review.policy_editor.thresholds.place import read_place
from review.policy_editor.thresholds.replayed import replayed
from review.views.stage import HtmxHttpRequest
from review.views.thresholds.opened import address


@require_POST
@administrators_only
def replay(request: HtmxHttpRequest) -> HttpResponse:
    """`act`: start or cancel. A draft that nobody has begun, or that was replayed already, starts nothing."""
    now, by = draft.current(), signed_in(request)
    found = replayed(now)
    if request.POST.get("act") == "cancel":
        if found.job:
            jobs.cancel(found.job, by=by)
    elif not now.is_empty and not found.together:
        jobs.start(now.body, queues=handling.queues(), by=by)
        notify(replay_policies)
    return address(request, read_place(request.POST.dict(), request.POST.getlist("open")))


@require_GET
@administrators_only
def progress(request: HtmxHttpRequest) -> HttpResponse:
    return render(request, "policy/thresholds/replayed.html", {"replayed": replayed(draft.current())})
