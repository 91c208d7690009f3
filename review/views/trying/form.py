"""The form for trying a picture. It only parses; what a call may say is checked in moderation.gateway."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from moderation.gateway.asked import SYNCHRONOUS_BYTES
from moderation.gateway.tried import Wanted
from moderation.models import TriedPicture
from review.cases.known_rows import KnownRow

TYPES = ("EROTIC", "QRCODE", "IMGTEXTRISK", "ADVERT", "POLITY", "VIOLENT", "BAN")
SEEN_HERE = ["EROTIC", "QRCODE", "IMGTEXTRISK"]  # by the engine of this host
LANGUAGES = [("en", "English"), ("zh", "中文"), ("ar", "العربية")]  # each in its own
PEOPLE, ANSWER = "people", "answer"
ACCEPTS = "image/*,.heic,.heif,.avif"


class TryForm(forms.Form):
    """`again` names an earlier one whose picture is taken."""

    app = KnownRow(label=_("App"), queryset=App.objects.order_by("app_id"), to_field_name="app_id", empty_label=None)
    event = forms.CharField(label=_("Event"), max_length=64, initial="post")
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    types = forms.MultipleChoiceField(
        label=_("Looked at for"),
        choices=[(one, one) for one in TYPES],
        widget=forms.CheckboxSelectMultiple,
        initial=SEEN_HERE,
    )
    goes = forms.ChoiceField(
        label=_("How far it goes"),
        choices=[(ANSWER, _("answer only")), (PEOPLE, _("through to people"))],
        widget=forms.RadioSelect,
        initial=PEOPLE,
    )
    file = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTS}),
        error_messages={"empty": _("The file is empty.")},
    )
    url = forms.CharField(label=_("or its URL"), required=False, max_length=1024, widget=forms.TextInput)
    again = forms.ModelChoiceField(
        queryset=TriedPicture.objects.none(),
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("That picture is not kept any more: send it anew.")},
    )

    def __init__(self, *args: Any, mine: Any, earlier: TriedPicture | None = None, **given: Any) -> None:
        super().__init__(*args, **given)
        self.auto_id, self.label_suffix = "try-%s", ""
        self.fields["again"].queryset = mine  # type: ignore[attr-defined]
        self.fields["language"].initial = "zh" if (get_language() or "").startswith("zh") else "en"
        if earlier:
            self.fields["again"].initial = earlier.pk

    def clean_file(self) -> Any:
        sent = self.cleaned_data["file"]
        if sent and sent.size > SYNCHRONOUS_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB."))
        return sent

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not (said.get("file") or said.get("url") or said.get("again")) and not self.errors:
            raise forms.ValidationError(_("Drop a picture here, choose a file, or give its URL."))
        return said

    def wanted(self) -> Wanted:
        """A file goes before a URL, and both before the picture of an earlier one."""
        said = self.cleaned_data
        sent = said.get("file")
        return Wanted(
            app=said["app"],
            event=said["event"],
            types="_".join(said["types"]),
            language=said["language"],
            picture=sent.read() if sent else None,
            url="" if sent else said["url"].strip(),
            name=sent.name if sent else "",
            only_answer=said["goes"] == ANSWER,
        )

    @property
    def reuses(self) -> TriedPicture | None:
        said = self.cleaned_data
        earlier: TriedPicture | None = None if said.get("file") or said.get("url") else said.get("again")
        return earlier
