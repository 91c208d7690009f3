"""A page's form that edits a thing, around `Edited`: for function views.

    def _form(sent: QueryDict | None, app: App) -> AppForm:
        return AppForm(sent, initial={"name": app.name})

    def app_page(request: HttpRequest, pk: int) -> HttpResponse:
        app = get_object_or_404(App, pk=pk)
        if request.method == "POST":
            page = page_forms.send(request, registration.EDITED, app, form=_form, save=partial(_save, app, by=by))
            if page.is_saved:
                return redirect(…)
        else:
            page = page_forms.open_on(registration.EDITED, app, form=_form)
        return render(request, TEMPLATE, {"page": page}, status=page.status)

    def _save(app: App, form: AppForm, expected_version: str, *, by: User) -> None:
        registration.change_app(app, **form.cleaned_data, by=by, expected_version=expected_version)

The template puts `{% include "components/form_version.html" %}` inside its form: the hidden version, and what a
colleague has changed meanwhile. `page.form` is the form. A stale save answers 409: `page.form` has all that the person
had changed as it was typed and the rest as it is now, and `page.version` is the present one. A refusal answers 422.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext

from accounts.versions.edited import Conflict, Edited
from accounts.versions.forms import FIELD, merge

Form = TypeVar("Form", bound=forms.BaseForm)
Thing = TypeVar("Thing", bound=models.Model)

Merge = Callable[[QueryDict, Conflict, Any], QueryDict]
"""Merges what is no field of the form, such as rows: from the form merged so far, the conflict, the present thing."""


@dataclass(frozen=True, slots=True)
class PageForm(Generic[Form]):
    """A form on its page. `conflict` are the sentences that say what a colleague has changed."""

    form: Form
    version: str
    status: int = 200
    conflict: tuple[str, ...] = ()
    is_saved: bool = False


def open_on(edited: Edited, thing: Thing, *, form: Callable[[QueryDict | None, Thing], Form]) -> PageForm[Form]:
    """The form of the thing as it is now."""
    return PageForm(form(None, thing), edited.version(thing))


def send(
    request: HttpRequest,
    edited: Edited,
    thing: Thing,
    *,
    form: Callable[[QueryDict | None, Thing], Form],
    save: Callable[[Form, str], object],
    merge_more: Merge | None = None,
) -> PageForm[Form]:
    """Save the form that was sent. `save` receives the valid form and the version that its page was opened on, which
    it hands to the verb as `expected_version`; a ValueError of the verb is shown above the fields. Raises Http404 for
    a thing that is deleted meanwhile.
    """
    expected = request.POST.get(FIELD, "")
    sent: Form | None = None
    try:
        edited.check(expected, thing)  # before the form is read: it may name what is gone; the verb checks again
        sent = form(request.POST, thing)
        if sent.is_valid():
            save(sent, expected)
            return PageForm(sent, expected, is_saved=True)
    except type(thing).DoesNotExist:  # type: ignore[attr-defined] # every model has it
        raise Http404 from None
    except Conflict as conflict:
        return _merged(request, edited, thing, form, conflict, merge_more)
    except (ValueError, IntegrityError) as refusal:
        sent = sent or form(request.POST, thing)
        sent.is_valid()
        sent.add_error(None, explain(refusal))
    return PageForm(sent, expected, status=422)


def explain(refusal: Exception) -> str:
    """A refusal in a sentence for the person."""
    if isinstance(refusal, IntegrityError):
        return gettext("Somebody saved the same thing at the same time. Nothing was changed: look again, then save.")
    return str(refusal)


def _merged(
    request: HttpRequest,
    edited: Edited,
    thing: Thing,
    form: Callable[[QueryDict | None, Thing], Form],
    conflict: Conflict,
    merge_more: Merge | None,
) -> PageForm[Form]:
    """The thing is read anew: a model form may have written what was typed into it. One without a row stands for all
    rows of its table.
    """
    present = thing if thing.pk is None else get_object_or_404(type(thing), pk=thing.pk)
    merged = merge(request.POST, form(None, present).fields, conflict)
    if merge_more:
        merged = merge_more(merged, conflict, present)
    return PageForm(form(merged, present), edited.version(present), status=409, conflict=conflict.sentences)
