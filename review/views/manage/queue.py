"""One queue's page: its settings beside what they cause. Nothing is saved before "Save"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import page_forms
from accounts.versions.forms import FIELD
from accounts.versions.page_forms import PageForm
from moderation import cache_versions
from moderation.policy_versions import store
from review.models import Membership, Queue, ReviewTask, Team
from review.models.review_task import IS_LEASED
from review.policy_editor import queue_order
from review.policy_editor.queue_order import QueueOrder
from review.queues import configure, members, weights
from review.statistics import queue_depth, queue_week
from review.views.manage.queue_changes import pending
from review.views.manage.queue_forms import QueueForm, merge_reasons, restored
from review.workflow import ranking

TEMPLATE = "manage/queue.html"
_QUEUES = Queue.objects.select_related("paused_by", "closed_into").prefetch_related("reasons", "teams__people")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works in the queue. `teams` are those through which they do, `leased` what they lease there now."""

    user: User
    is_direct: bool
    practises: bool
    teams: Sequence[Team]
    leased: int


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`act` of the form: save, or `back` to take one change back, or to look at what is not yet saved."""
    with cache_versions.read_together():
        return _page(request, slug)


def _page(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(_QUEUES, slug=slug)
    if request.method != "POST":
        return _shown(request, queue, page_forms.open_on(configure.EDITED, queue, form=QueueForm))
    if request.POST.get("act") != "save":
        return _shown(request, _stored(queue), _unsaved(request, queue))
    by = signed_in(request)

    def save(form: QueueForm, expected_version: str) -> None:
        configure.change(form.instance, form.parts(), by=by, expected_version=expected_version)

    sent = page_forms.send(request, configure.EDITED, queue, form=QueueForm, save=save, merge_more=merge_reasons)
    if sent.is_saved:
        messages.success(request, gettext("%(queue)s is saved.") % {"queue": sent.form.instance})
        return redirect("review:manage_queue", queue.slug)
    return _shown(request, _stored(queue), sent)


@require_POST
@administrators_only
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What is typed and not saved, in sentences, and the order it would make: for the script, while one types."""
    queue = get_object_or_404(Queue, slug=slug)
    form = _unsaved(request, queue)
    with cache_versions.read_together():
        effect = _effect(_stored(queue), form.form)
        return render(request, f"{TEMPLATE}#changes", effect | {"page": form, "is_part": True})


def _unsaved(request: HttpRequest, queue: Queue) -> PageForm[QueueForm]:
    """The form as it was typed, with one change taken back when `back` names it."""
    name, values = request.POST.get("back", ""), configure.EDITED.values(queue)
    sent = restored(request.POST, name, values) if name in values else request.POST
    return PageForm(QueueForm(sent, queue), request.POST.get(FIELD, ""))


def _shown(request: HttpRequest, queue: Queue, page: PageForm[QueueForm]) -> HttpResponse:
    usual, here = _policy_weights(), _members(queue)
    context: dict[str, Any] = {
        "queue": queue,
        "page": page,
        "form": page.form,
        "depth": queue_depth.lines([queue])[0],
        "week": queue_week.week(queue),
        "members": here,
        "others": _others(page.form, here),
        "weights": [(name, field, usual[name]) for name, field in page.form.weight_fields],
        "teams": Team.objects.all(),
        "chosen": {name: _chosen(page.form, name) for name in ("people", "teams")},
        "jobs": queue.jobs.filter(ended_at=None),
        **_effect(queue, page.form),
    }
    return render(request, TEMPLATE, context, status=page.status)


def _effect(queue: Queue, form: QueueForm) -> dict[str, Any]:
    """What is not yet in force, and the order it would make."""
    if form.is_bound:
        form.is_valid()
    changed = pending(form, queue) if form.is_bound else []
    return {"queue": queue, "form": form, "pending": changed, "order": _order(queue, form)}


def _order(queue: Queue, form: QueueForm) -> QueueOrder:
    typed = form.typed_weights() if form.is_bound else None
    if typed is None or weights.boosts_of(typed) == queue.boosts:
        return queue_order.order(queue)
    _, policy = store.in_force()
    return queue_order.order(queue, ranking.weighed(policy.boosts, weights.boosts_of(typed)))


def _policy_weights() -> dict[str, float]:
    _, policy = store.in_force()
    values = {name: getattr(policy.boosts, name) for name in weights.OTHERS}
    return {name: policy.boosts.severity.get(name, 0.0) for name in weights.SEVERITIES} | values


def _members(queue: Queue) -> list[Member]:
    through = members.teams_of(queue)
    leased_now = ReviewTask.objects.filter(IS_LEASED, queue=queue, leased_by__isnull=False).order_by()
    leased = dict(leased_now.values_list("leased_by").annotate(number=Count("pk")))
    rows = Membership.objects.filter(queue=queue).select_related("user").order_by("user__name", "user__email")
    return [
        Member(row.user, row.is_direct, row.practises, through.get(row.user_id, ()), leased.get(row.user_id, 0))
        for row in rows
    ]


def _others(form: QueueForm, here: Sequence[Member]) -> list[User]:
    """Whom one could add."""
    listed = {member.user.pk for member in here}
    return [person for person in form.fields["people"].queryset if person.pk not in listed]  # type: ignore[attr-defined]


def _chosen(form: QueueForm, name: str) -> set[int]:
    """The ids that are ticked."""
    return {int(pk) for pk in map(str, form[name].value() or ()) if pk.isdecimal() and len(pk) < 19}


def _stored(queue: Queue) -> Queue:
    """As it is, whatever a form wrote into it."""
    return _QUEUES.get(pk=queue.pk)
