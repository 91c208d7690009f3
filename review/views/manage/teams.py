"""Teams, and one of them."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.auth.access import administrators_only, signed_in
from accounts.models import User
from accounts.versions import Conflict, UnknownVersion, page_forms
from accounts.versions.forms import FIELD
from review.models import Queue, Team
from review.queues import teams as queue_teams


class TeamForm(forms.Form):
    """Who is deactivated and what is closed can only stay."""

    name = forms.CharField(label=_("Name"), max_length=150)
    people = forms.ModelMultipleChoiceField(
        label=_("People"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    queues = forms.ModelMultipleChoiceField(
        label=_("Queues"),
        queryset=Queue.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Everybody of the team works in these queues."),
    )

    def __init__(self, sent: QueryDict | None, team: Team | None = None) -> None:
        people, queues = (list(team.people.all()), list(team.queues.all())) if team else ([], [])
        super().__init__(sent, initial={"name": team.name if team else "", "people": people, "queues": queues})
        choosable = User.objects.filter(Q(is_active=True) | Q(pk__in=[person.pk for person in people]))
        self.fields["people"].queryset = choosable.order_by("name", "email")  # type: ignore[attr-defined] # declared above
        are_open = Queue.objects.filter(Q(closed_at=None) | Q(pk__in=[queue.pk for queue in queues]))
        self.fields["queues"].queryset = are_open  # type: ignore[attr-defined] # as above


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def page(request: HttpRequest) -> HttpResponse:
    """All teams, and the form that makes one."""
    form = TeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            queue_teams.create(**form.cleaned_data, by=signed_in(request))
            return redirect("review:manage_teams")
        except (ValueError, IntegrityError) as refusal:
            form.add_error("name", page_forms.explain(refusal))
    found = Team.objects.annotate(number=Count("people", distinct=True)).prefetch_related("queues")
    return render(request, "manage/teams.html", {"form": form, "teams": found}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def team(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Team, pk=pk)
    if request.method != "POST":
        return render(
            request,
            "manage/team.html",
            {"team": one, "page": page_forms.open_on(queue_teams.EDITED, one, form=TeamForm)},
        )
    by = signed_in(request)

    def save(form: TeamForm, expected_version: str) -> None:
        queue_teams.change(one, **form.cleaned_data, by=by, expected_version=expected_version)

    sent = page_forms.send(request, queue_teams.EDITED, one, form=TeamForm, save=save)
    if sent.is_saved:
        messages.success(request, gettext("%(team)s is saved.") % {"team": one})
        return redirect("review:manage_teams")
    return render(request, "manage/team.html", {"team": one, "page": sent}, status=sent.status)


@require_POST
@administrators_only
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Team, pk=pk)
    try:
        queue_teams.delete(one, by=signed_in(request), expected_version=request.POST.get(FIELD, ""))
    except (Conflict, UnknownVersion) as refusal:
        messages.error(request, str(refusal))
        return redirect("review:manage_team", one.pk)
    except Team.DoesNotExist:
        raise Http404 from None
    messages.success(request, gettext("%(team)s is deleted.") % {"team": one.name})
    return redirect("review:manage_teams")
