"""The forms of the page of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import invitations, second_factor, times
from accounts.models import User
from accounts.roles import Role
from review.models import Queue, Team
from review.queues import members

ROLES = {
    Role.MODERATOR: _("decides in chosen queues"),
    Role.LEAD: _("also escalated cases, reports"),
    Role.AUDITOR: _("reads everything, changes nothing"),
    Role.ADMINISTRATOR: _("everything; asks who you are"),
}
BROWSERS = ("", _("the browser's"))


def queue_choices() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Queue.objects.order_by("name").values_list("pk", "name")]


class Placed(forms.Form):
    """What a person and an invitation have in common."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.MODERATOR)
    queues = forms.MultipleChoiceField(label=_("Queues"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[BROWSERS, *settings.LANGUAGES])

    def __init__(
        self,
        *args: Any,
        queues: list[tuple[str, str]],
        teams: Mapping[int, Sequence[Team]] | None = None,
        **kwargs: Any,
    ) -> None:
        """`teams` are, by queue, those through which the person works there."""
        super().__init__(*args, **kwargs)
        self.fields["queues"].choices = queues  # type: ignore[attr-defined] # a choice field
        self.teams = teams or {}

    @property
    def roles(self) -> list[tuple[str, Any, Any, bool]]:
        """Value, name, what it does, chosen."""
        chosen = self["role"].value()
        return [(str(role), role.label, told, role == chosen) for role, told in ROLES.items()]

    @property
    def queue_checks(self) -> list[tuple[str, str, bool, Sequence[Team]]]:
        """Id, name, chosen, teams."""
        chosen, choices = set(map(str, self["queues"].value() or ())), self.fields["queues"].choices  # type: ignore[attr-defined] # as above
        return [(pk, name, pk in chosen, self.teams.get(int(pk), ())) for pk, name in choices]


class PersonForm(Placed):
    name = forms.CharField(label=_("Name"), max_length=150)
    child_safety = forms.BooleanField(label=_("Child safety"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False, widget=forms.Select(attrs={"translate": "no"}))
    is_active = forms.BooleanField(label=_("Active"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = [BROWSERS, *((name, name) for name in times.zone_names())]  # type: ignore[attr-defined] # a choice field

    @classmethod
    def of(cls, user: User, queues: list[tuple[str, str]], sent: QueryDict | None = None) -> PersonForm:
        names = ("name", "role", "child_safety", "language", "zone", "is_active")
        initial = {name: getattr(user, name) for name in names}
        named = user.memberships.filter(is_direct=True)
        initial["queues"] = [str(pk) for pk in named.values_list("queue_id", flat=True)]
        return cls(sent, queues=queues, teams=members.teams_by_queue(user), initial=initial)

    def changed(self) -> dict[str, Any]:
        """Arguments of `person_queues.change_person`."""
        return self.cleaned_data | {"queues": set(map(int, self.cleaned_data["queues"]))}


class InviteForm(Placed):
    emails = forms.CharField(label=_("Addresses, one a line"), widget=forms.Textarea, max_length=10_000)
    days = forms.TypedChoiceField(
        label=_("Link ends after"), coerce=int, choices=[(days, days) for days in invitations.DAYS], initial=3
    )
    second_factor = forms.BooleanField(label=_("Second factor at the first sign-in"), required=False, initial=True)

    def clean_emails(self) -> list[str]:
        emails = [line.strip() for line in self.cleaned_data["emails"].replace(",", "\n").splitlines() if line.strip()]
        if not emails or len(emails) > invitations.MOST_AT_ONCE:
            told = _("Give one to %(n)d addresses, one a line.")
            raise forms.ValidationError(told, params={"n": invitations.MOST_AT_ONCE})
        wrong = [email for email in emails if not _is_address(email)]
        if wrong:
            raise forms.ValidationError(_("Not an address: %(email)s"), params={"email": wrong[0]})
        return emails

    def invited(self) -> dict[str, Any]:
        """Arguments of `invitations.invite`."""
        return self.cleaned_data | {"queues": set(map(int, self.cleaned_data["queues"]))}


class SecondFactorForm(forms.Form):
    """For each role the day from which it needs a second factor; empty: it needs none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = dict(second_factor.rules())
        for role in Role:
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[role] = forms.DateField(label=role.label, required=False, widget=day)

    def required(self) -> dict[str, date | None]:
        return {role: self.cleaned_data[role] for role in Role.values}


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except forms.ValidationError:
        return False
    return len(email) <= 254
