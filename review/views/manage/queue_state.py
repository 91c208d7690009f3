"""Pause, resume, close and open again a queue."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from review.models import Queue
from review.queues import close as closing
from review.queues import pause as pausing


class CloseForm(forms.Form):
    """`typed` is the queue's short name: a dangerous act is typed, not asked twice."""

    into = forms.ModelChoiceField(label=_("Its cases go to"), queryset=Queue.objects.none(), to_field_name="slug")
    typed = forms.CharField(label=_("Type the short name of the queue"), max_length=50)

    def __init__(self, *args: object, queue: Queue) -> None:
        super().__init__(*args)  # type: ignore[arg-type] # data, as the form takes it
        self.queue = queue
        others = Queue.objects.filter(closed_at=None).exclude(pk=queue.pk)
        self.fields["into"].queryset = others  # type: ignore[attr-defined] # declared above

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"].strip() != self.queue.slug:
            refused = gettext("Type %(slug)s to close the queue.")
            raise forms.ValidationError(refused % {"slug": self.queue.slug})
        return self.queue.slug


@require_POST
@administrators_only
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(Queue, slug=slug)
    try:
        pausing.pause(queue, reason=request.POST.get("reason", ""), by=signed_in(request))
        messages.success(request, gettext("%(queue)s is paused.") % {"queue": queue})
    except ValueError as refusal:
        messages.error(request, str(refusal))
    return redirect("review:manage_queue", queue.slug)


@require_POST
@administrators_only
def resume(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(Queue, slug=slug)
    pausing.resume(queue, by=signed_in(request))
    messages.success(request, gettext("%(queue)s hands out cases again.") % {"queue": queue})
    return redirect("review:manage_queue", queue.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """What would move is counted first."""
    queue = get_object_or_404(Queue, slug=slug)
    form = CloseForm(request.POST or None, queue=queue)
    if request.method == "POST" and form.is_valid():
        try:
            closing.close(queue, into=form.cleaned_data["into"], by=signed_in(request))
            return redirect("review:manage_queue", queue.slug)
        except ValueError as refusal:
            form.add_error(None, str(refusal))
    context = {"queue": queue, "form": form, "number": closing.count(queue)}
    return render(request, "manage/queue_close.html", context, status=422 if form.errors else 200)


@require_POST
@administrators_only
def reopen(request: HttpRequest, slug: str) -> HttpResponse:
    queue = get_object_or_404(Queue, slug=slug)
    closing.reopen(queue, by=signed_in(request))
    messages.success(request, gettext("%(queue)s takes cases in again.") % {"queue": queue})
    return redirect("review:manage_queue", queue.slug)


@require_GET
@administrators_only
def jobs(request: HttpRequest, slug: str) -> HttpResponse:
    """How far the long work on the queue is."""
    queue = get_object_or_404(Queue, slug=slug)
    return render(request, "manage/queue.html#jobs", {"queue": queue, "jobs": queue.jobs.filter(ended_at=None)})
