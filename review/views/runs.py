"""Runs: a list of cases is started as one, and opened on the stage."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_POST

from accounts.auth.access import signed_in
from accounts.models import User
from review.cases import bounded_read, search
from review.cases.search_form import SearchForm
from review.models import Run
from review.presentation.strings.refusals import refusal_text
from review.refusals import NotAcceptable
from review.statistics import personal
from review.views.list_forms import named_tasks, own_path
from review.views.stage import calls_of, stage_page
from review.workflow import runs
from review.workflow.runs import Stop


@require_POST
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """From `task` (each one's number) or, with `whole`, from every open case that `query` finds, in its order."""
    user, said = signed_in(request), request.POST
    back, name = own_path(said.get("back", "")) or reverse("review:my_work"), _text(said.get("name", ""))
    try:
        tasks, is_cut = _found(said.get("query", ""), user) if "whole" in said else (named_tasks(said), False)
        if is_cut:
            name = gettext("{list}: the first {n}").format(list=name, n=len(tasks))
        run = runs.start(tasks, source=_source(said), back=back, name=name, by=user)
    except NotAcceptable as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect(back)
    except bounded_read.TooWide:
        messages.error(
            request, gettext("This search covers too many cases to finish in time. Add a filter, then review.")
        )
        return redirect(back)
    return redirect("review:run", run.pk)


@gzip_page
@require_GET
@login_required
@ensure_csrf_cookie
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The stage over the run's tasks. 404 for another person's."""
    user = signed_in(request)
    try:
        found = runs.read(run_id, by=user)
    except Run.DoesNotExist:
        raise Http404(gettext("You have no such run. Lists can be reviewed again from where they are.")) from None
    more = {"queues": [], "today": personal.at_the_stage(user), "run": _as_json(found)}
    name = found.name or str(found.get_source_display())
    return stage_page(request, name=name, calls=calls_of(None), more=more, facts={"run": found})


def _as_json(found: Run) -> dict[str, Any]:
    return {
        "back": found.back,
        "listed": found.listed,
        "picture": reverse("review:picture", args=[0, "thumbnail"]),
        "tasks": [_stop_json(stop) for stop in runs.stops(found)],
    }


def _stop_json(stop: Stop) -> dict[str, Any]:
    told = {"outcome": stop.outcome, "by": stop.by, "verdict": stop.verdict, "own": stop.is_own}
    about = {"taskId": stop.task_id, "caseId": stop.case_id, "picture": stop.has_picture, "queueBlur": stop.queue_blur}
    return about | {name: value for name, value in told.items() if value}


def _source(said: QueryDict) -> str:
    source = said.get("source", "")
    if source not in Run.Source.values:
        raise NotAcceptable("/source", gettext("A run comes from one of our lists."))
    return source


def _found(query: str, user: User) -> tuple[list[int], bool]:
    form = SearchForm(QueryDict(query), user=user)
    if not form.is_valid():
        raise NotAcceptable("/query", gettext("These filters cannot be used: correct the marked fields first."))
    return search.tasks_of_a_run(form.filters(), user=user, workable=runs.workable(user))


def _text(name: str) -> str:
    return name.replace("\0", "").strip()
