"""The forms of the apps page: apps, access keys, callback addresses, how long a replaced secret still works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import times
from accounts.models import AccessKey, App

LONGEST_NAME = 150


class MomentField(forms.DateTimeField):
    """A moment to come, in the reader's zone, in the browser's own field for it."""

    def __init__(self, *, label: Any, help_text: Any = "") -> None:
        picker = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(required=False, widget=picker, label=label, help_text=help_text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = times.minute(initial) if isinstance(initial, datetime) else str(initial or "")
        return before != str(data or "")[: len("2026-01-01T00:00")]

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment and moment <= timezone.now():
            raise ValidationError(gettext("This time is over."), code="over")
        try:
            times.check_ahead(moment)
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="ahead") from None
        return moment


class AppForm(forms.ModelForm):  # type: ignore[type-arg] # generic in the stubs only
    class Meta:
        model = App
        gateway = ("uncovered", "on_engine_failure", "allowed_types")
        fields = ("name", "locations_count_in", "allows_ignore_tls", *gateway)


class NewAppForm(AppForm):
    class Meta(AppForm.Meta):
        fields = ("app_id", *AppForm.Meta.fields)  # type: ignore[assignment] # longer
        labels = {"app_id": "appId"}


class KeyForm(forms.Form):
    """What can be changed about a key: all but its app and its scopes."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, help_text=_("Who signs in with it."))
    expires_at = MomentField(label=_("Ends at"), help_text=_("Empty: never by itself."))
    rate_per_second = forms.FloatField(
        label=_("Calls a second"),
        required=False,
        validators=[MinValueValidator(0.001), MaxValueValidator(1_000_000)],
        help_text=_("Empty: as the installation has it (INGEST_RATE)."),
    )
    burst = forms.IntegerField(
        label=_("Calls at once"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(2**31 - 1)],
        help_text=_("After a rest. Empty: two seconds' worth."),
    )


class NewKeyForm(KeyForm):
    app = forms.ModelChoiceField(App.objects.all(), label=_("App"), required=False, empty_label=_("every app"))
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=AccessKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: a key without a scope can do nothing.")},
    )
    may_loosen = forms.BooleanField(
        label=_("May loosen the policy"),
        required=False,
        help_text=_("By thresholds in its calls of /v1/image/check. Without it they can only be stricter."),
    )
    field_order = ("name", "app", "scopes", "may_loosen", "expires_at", "rate_per_second", "burst")


class AddressForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, help_text=_("Which service calls it."))
    access_key = forms.CharField(
        label=_("Account's accessKey"),
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}, render_value=True),  # what was typed just now
        help_text=_(
            "Of the app's account at the detection service. Given, the checksums of its old envelopes are verified."
        ),
    )
    forget_access_key = forms.BooleanField(label=_("Stop verifying checksums"), required=False)

    def key_to_keep(self) -> str | None:
        """None leaves the key as it is, "" stops verifying."""
        return self.cleaned_data["access_key"] or ("" if self.cleaned_data["forget_access_key"] else None)


class NewAddressForm(AddressForm):
    forget_access_key = None  # type: ignore[assignment] # Django's way to leave out a field
    app = forms.ModelChoiceField(App.objects.all(), label=_("App"), empty_label=None)
    field_order = ("name", "app", "access_key")


class RotateForm(forms.Form):
    """How long the old secret works beside the new one."""

    OVERLAPS = (
        ("1", _("in 1 hour")),
        ("24", _("in 24 hours")),
        ("168", _("in 7 days")),
        ("720", _("in 30 days")),
        ("0", _("at once")),
        ("at", _("at a time of its own")),
    )
    overlap = forms.ChoiceField(label=_("The old one ends"), choices=OVERLAPS, initial="24")
    ends_at = MomentField(label=_("Time of its own"))

    def clean(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if said.get("overlap") == "at" and not said.get("ends_at") and "ends_at" not in self.errors:
            self.add_error("ends_at", gettext("Say when it ends."))
        return said

    def end(self) -> datetime | None:
        """None for at once."""
        overlap = self.cleaned_data["overlap"]
        if overlap == "at":
            moment: datetime = self.cleaned_data["ends_at"]
            return moment
        return timezone.now() + timedelta(hours=int(overlap)) if overlap != "0" else None


class RevokeForm(forms.Form):
    """The name is typed, so that nobody revokes another one by mistake."""

    typed = forms.CharField(label=_("Type its name"), widget=forms.TextInput({"autocomplete": "off"}))

    def __init__(self, *args: Any, named: str, **given: Any) -> None:
        super().__init__(*args, **given)
        self._named = named

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if typed.strip() != self._named.strip():
            raise ValidationError(gettext("That is not its name. Nothing was revoked."), code="other")
        return typed
