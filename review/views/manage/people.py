"""The page of people: the list, and beside it one person, an invitation, or the rule for second factors."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import invitations, new_secrets, people, second_factor
from accounts.auth import password_link
from accounts.auth.access import administrators_only, confirm_for, signed_in
from accounts.models import SecondFactorRule, User
from accounts.new_secrets import NewSecret
from accounts.versions import page_forms
from accounts.versions.page_forms import PageForm
from accounts.whole_numbers import whole_number
from review.models import Queue
from review.presentation import permission_matrix
from review.queues import directory, person_queues
from review.views.manage.people_forms import InviteForm, PersonForm, SecondFactorForm, queue_choices

TEMPLATE = "manage/people.html"


@require_GET
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """The list; `?person=`, `?open=invite` and `?open=second-factor` say what is open beside it."""
    number = whole_number(request.GET.get("person", ""))
    user = None if number is None else get_object_or_404(User, pk=number)
    if user:
        return show(request, user=user)
    if request.GET.get("open") == "second-factor":
        rule = page_forms.open_on(second_factor.EDITED, SecondFactorRule(), form=_rule_form)
        return show(request, second_factor=rule)
    return show(request)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the form of one person says."""
    user = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return redirect(reverse("review:manage_people", query={"person": pk}))
    confirm_for(request, user.role, request.POST.get("role", ""))
    save = partial(_save, user, by=signed_in(request))
    opened = page_forms.send(request, person_queues.EDITED, user, form=_person_form, save=save)
    if not opened.is_saved:
        return show(request, user=user, opened=opened, status=opened.status)
    messages.success(request, gettext("%(name)s is saved.") % {"name": user})
    return redirect(f"{_address(request, person=str(pk))}")


@require_POST
@administrators_only
def bulk(request: HttpRequest) -> HttpResponse:
    """Put the chosen people into a queue, or take them out of it."""
    queue = get_object_or_404(Queue, pk=_number(request.POST.get("queue", "")))
    chosen = User.objects.filter(pk__in=[_number(pk) for pk in request.POST.getlist("person")])
    number = len(chosen)
    if request.POST.get("act") == "out":
        person_queues.take_out_of(queue, chosen, by=signed_in(request))
        told = ngettext("%(n)d person was taken out of %(queue)s.", "%(n)d people were taken out of %(queue)s.", number)
    else:
        person_queues.put_into(queue, chosen, by=signed_in(request))
        told = ngettext("%(n)d person works in %(queue)s now.", "%(n)d people work in %(queue)s now.", number)
    messages.success(request, told % {"n": number, "queue": queue})
    return redirect(_address(request))


@require_POST
@administrators_only
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    people.end_sessions(user, by=signed_in(request))
    messages.success(request, gettext("%(name)s is signed out everywhere.") % {"name": user})
    return redirect(_address(request, person=str(pk)))


@require_POST
@administrators_only
def reset_factor(request: HttpRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    confirm_for(request, user.role)
    second_factor.reset(user, by=signed_in(request))
    messages.success(request, gettext("%(name)s has no second factor now, and is signed out.") % {"name": user})
    return redirect(_address(request, person=str(pk)))


@require_POST
@administrators_only
def new_password(request: HttpRequest, pk: int) -> HttpResponse:
    """A link for whoever has forgotten theirs; shown once."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    confirm_for(request, user.role)
    address = request.build_absolute_uri(password_link.make(user, by=signed_in(request)))
    secret = NewSecret(gettext("Link to a new password, for an hour"), user.email, address)
    return new_secrets.page(request, [secret], back=reverse("review:manage_people", query={"person": pk}))


@require_POST
@administrators_only
def require_factor(request: HttpRequest) -> HttpResponse:
    """From when on each role needs a second factor."""
    save = partial(_require, by=signed_in(request))
    rule = page_forms.send(request, second_factor.EDITED, SecondFactorRule(), form=_rule_form, save=save)
    if not rule.is_saved:
        return show(request, second_factor=rule, status=rule.status)
    messages.success(request, gettext("The rule for second factors is saved."))
    return redirect(_address(request))


def show(
    request: HttpRequest,
    *,
    user: User | None = None,
    opened: PageForm[PersonForm] | None = None,
    second_factor: PageForm[SecondFactorForm] | None = None,
    invite: InviteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page."""
    by, asked = signed_in(request), _filters(request)
    queues = queue_choices()
    rows, leaf = directory.find(
        by=by, show=asked.get("show", "all"), typed=asked.get("q", ""), page=asked.get("page", "1")
    )
    shown = {
        "rows": rows,
        "page": leaf,
        "counts": directory.counts(),
        "show": asked.get("show", "all"),
        "typed": asked.get("q", ""),
        "query": _query(request),
        "queues": queues,
        "matrix": permission_matrix.halves(),
        "rule": _rule_in_words(),
        "sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "signed_on": directory.signed_on() if settings.OIDC_ISSUER else 0,
        "second_factor": second_factor,
        "invite": invite or InviteForm(queues=queues),
        "invitations": invitations.open_ones(),
        "sends_mail": bool(settings.EMAIL_URL),
    }
    if user:
        shown |= _person(user, queues, opened)
    return render(request, TEMPLATE, shown, status=status)


def _person(user: User, queues: list[tuple[str, str]], opened: PageForm[PersonForm] | None) -> dict[str, Any]:
    return {
        "person": directory.person(user),
        "opened": opened or page_forms.open_on(person_queues.EDITED, user, form=partial(_person_form, queues=queues)),
        "sessions": UserSession.objects.filter(user=user).count(),
    }


def _person_form(sent: QueryDict | None, user: User, queues: list[tuple[str, str]] | None = None) -> PersonForm:
    return PersonForm.of(user, queue_choices() if queues is None else queues, sent)


def _save(user: User, form: PersonForm, expected_version: str, *, by: User) -> None:
    person_queues.change_person(user, by=by, expected_version=expected_version, **form.changed())


def _rule_form(sent: QueryDict | None, rule: SecondFactorRule) -> SecondFactorForm:
    return SecondFactorForm(sent)


def _require(form: SecondFactorForm, expected_version: str, *, by: User) -> None:
    second_factor.require(form.required(), by=by, expected_version=expected_version)


def _rule_in_words() -> list[tuple[str, Any]]:
    roles = dict(User._meta.get_field("role").flatchoices)
    return [(roles[role], day) for role, day in sorted(second_factor.rules().items(), key=lambda rule: rule[1])]


def _number(text: str) -> int:
    return whole_number(text) or 0


def _query(request: HttpRequest, **changes: str) -> str:
    """The list's filters, for links and forms that come back to it."""
    filters = _filters(request)
    kept = {name: value for name in ("show", "q", "page") if (value := filters.get(name))} | changes
    return urlencode(kept)


def _filters(request: HttpRequest) -> QueryDict:
    """Forms beside the list carry its query in a field."""
    return QueryDict(request.POST["list"]) if "list" in request.POST else request.GET


def _address(request: HttpRequest, **changes: str) -> str:
    query = _query(request, **changes)
    return reverse("review:manage_people") + (f"?{query}" if query else "")
