"""All queues, with what matters of each, and the form that makes one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.auth.access import administrators_only, signed_in
from accounts.versions import page_forms
from review.models import Queue
from review.queues import configure
from review.statistics import queue_depth
from review.statistics.queue_depth import QueueDepth
from review.statistics.reports import wording
from review.views.manage.queue_forms import NewQueueForm


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A queue as it is listed."""

    queue: Queue
    depth: QueueDepth
    members: int

    @property
    def sla(self) -> str:
        return wording.minutes(self.queue.sla_minutes)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    form = NewQueueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = configure.save(form.instance, by=signed_in(request))
            return redirect("review:manage_queue", made.slug)
        except (ValueError, IntegrityError) as refusal:
            form.add_error(None, page_forms.explain(refusal))
    context = {"form": form, "rows": _rows()}
    return render(request, "manage/queues.html", context, status=422 if form.errors else 200)


def _rows() -> list[QueueRow]:
    """Open ones first, then closed ones."""
    counted = Queue.objects.annotate(number=Count("memberships", filter=Q(memberships__user__is_active=True)))
    found = sorted(
        counted.select_related("paused_by", "closed_into").prefetch_related("teams"),
        key=lambda queue: (queue.closed_at is not None, str(queue).casefold()),
    )
    return [QueueRow(queue, depth, queue.number) for queue, depth in zip(found, queue_depth.lines(found), strict=True)]
