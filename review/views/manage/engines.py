"""The engines of an app, in a panel of the apps page."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.auth.access import administrators_only, signed_in
from accounts.models import App, User
from accounts.versions import page_forms
from moderation.engines import configure
from moderation.engines.configure import EngineRefused, set_engines
from moderation.engines.kinds import Kind
from review.views.manage import engine_forms
from review.views.manage.apps import shown
from review.views.manage.engine_forms import EnginesForm
from review.views.manage.engine_merge import merged


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def engines(request: HttpRequest, pk: int) -> HttpResponse:
    """`?add=KIND` shows the form with another engine of that kind, which is saved with the rest."""
    app = get_object_or_404(App, pk=pk)
    form = partial(_form, add=request.GET.get("add", ""))
    if request.method != "POST":
        page = page_forms.open_on(configure.EDITED, app, form=form)
    else:
        save = partial(_save, app, by=signed_in(request))
        page = page_forms.send(request, configure.EDITED, app, form=form, save=save, merge_more=merged)
        if page.is_saved:
            messages.success(request, gettext("The engines of %(app)s are saved.") % {"app": app.app_id})
            return redirect("review:manage_app", pk)
    return shown(request, "engines", app=app, page=page, kinds=Kind.choices, status=page.status)


def _form(sent: QueryDict | None, app: App, *, add: str) -> EnginesForm:
    return engine_forms.shown(app, add=add) if sent is None else engine_forms.sent(sent)


def _save(app: App, form: EnginesForm, expected_version: str, *, by: User) -> None:
    wanted = form.wanted()
    try:
        set_engines(app=app, engines=wanted, by=by, expected_version=expected_version)
    except EngineRefused as refused:
        engine = str(Kind(wanted[refused.place].kind).label) if refused.place < len(wanted) else ""
        told = (part for part in (engine, refused.setting, str(refused)) if part)
        raise ValueError(": ".join(told)) from refused
