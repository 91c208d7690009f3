"""How far the replay of the draft is, for the foot of its page; it is started and told on pages of its own."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.auth.access import administrators_only
from moderation.policy_versions import draft
from review.policy_editor.thresholds.replayed import replayed
from review.views.stage import HtmxHttpRequest


@require_GET
@administrators_only
def progress(request: HtmxHttpRequest) -> HttpResponse:
    return render(request, "policy/thresholds/replayed.html", {"replayed": replayed(draft.current())})
