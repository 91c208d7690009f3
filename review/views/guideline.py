"""A queue's guideline: readable by users who may see the queue, edited by its leads and by administrators."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.auth.access import signed_in
from accounts.models import User
from accounts.roles import Permission
from moderation import labels
from review.models import Queue
from review.permissions import can_lead_in, check_leads_in, queues_of, queues_seen_by
from review.presentation.label_names import category_names
from review.queues import guidelines
from review.queues.guideline_markdown import read, version_of
from review.queues.guidelines import LONGEST, ChangedMeanwhile


class GuidelineForm(forms.Form):
    """`theirs` is the queue as a colleague has left it since the page was opened."""

    theirs: Queue | None = None
    text = forms.CharField(
        label=_("Guideline"), required=False, max_length=LONGEST, strip=False, widget=forms.Textarea({"rows": 24})
    )
    instead_of = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@require_GET
@login_required
def guideline(request: HttpRequest, slug: str) -> HttpResponse:
    """With `part=text` the text alone, as the stage shows it beside the picture; with `change` what that changed."""
    user = signed_in(request)
    queue = _seen(user, slug)
    page: dict[str, Any] = {"name": str(queue), "guideline": read(queue.guideline)}
    if request.GET.get("part") == "text":
        return render(request, "review/guideline.html#text", page)
    page |= {
        "queue": queue,
        "written": guidelines.written(queue, opened=request.GET.get("change", "")),
        "may_write": can_lead_in(user, queue.pk, Permission.WRITE_GUIDELINES),
        "works_in": queues_of(user).filter(pk=queue.pk).exists(),
    }
    return render(request, "review/guideline.html", page)


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    queue = _seen(user, slug)
    check_leads_in(user, queue.pk, Permission.WRITE_GUIDELINES)
    opened = {"text": queue.guideline, "instead_of": version_of(queue.guideline)}
    form = GuidelineForm(request.POST) if request.method == "POST" else GuidelineForm(initial=opened)
    if (
        request.method == "POST"
        and form.is_valid()
        and request.POST.get("act") != "preview"
        and _written(form, queue, user)
    ):
        messages.success(request, gettext("Saved. Every stage shows the new guideline with its next picture."))
        return redirect("review:guideline", queue.slug)
    page = {"queue": queue, "form": form, "categories": category_names(labels.in_force()), "preview": _preview(form)}
    if (theirs := form.theirs) is not None:
        form, lines = _on_theirs(form, theirs), guidelines.difference(theirs.guideline, form["text"].value() or "")
        page |= {"form": form, "theirs": theirs, "lines": lines}
        return render(request, "review/guideline_edit.html", page, status=409)
    return render(request, "review/guideline_edit.html", page, status=422 if form.errors else 200)


def _on_theirs(form: GuidelineForm, theirs: Queue) -> GuidelineForm:
    """What was typed, to be saved on top of what somebody else wrote meanwhile, who has seen both."""
    return GuidelineForm({"text": form["text"].value(), "instead_of": version_of(theirs.guideline)})


def _written(form: GuidelineForm, queue: Queue, user: User) -> bool:
    said = form.cleaned_data
    try:
        guidelines.write(queue, said["text"], instead_of=said["instead_of"], by=user)
    except ChangedMeanwhile:
        form.theirs = Queue.objects.get(pk=queue.pk)
        return False
    except ValueError as refusal:
        form.add_error("text", str(refusal))
    return not form.errors


def _preview(form: GuidelineForm) -> Any:
    return read(form.cleaned_data["text"]) if form.is_bound and form.is_valid() else None


def _seen(user: User, slug: str) -> Queue:
    queue = queues_seen_by(user).filter(slug=slug).first()
    if queue is None:
        raise Http404(gettext("There is no queue of this name that you may see."))
    return queue
