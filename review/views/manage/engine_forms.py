"""The form of an app's engines: a group of fields for each, their order, and which are taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from accounts.whole_numbers import whole_number
from moderation.engines.configure import MOST, Entry, entries_of
from moderation.engines.kinds import SETTINGS, Kind, Setting
from moderation.models import AppEngine


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one engine, which `heading` names."""

    heading: str
    fields: Sequence[forms.BoundField] = field(default_factory=tuple)


class EnginesForm(forms.Form):
    """`kind` and `keeps` are sent once for each engine; what else it is told has its number before the name."""

    def __init__(self, sent: QueryDict | None, *, entries: Sequence[Entry]) -> None:
        super().__init__(sent)
        self._entries = entries
        for place, entry in enumerate(entries):
            for name, one in _fields(place, entry):
                self.fields[f"{place}-{name}"] = one

    def groups(self) -> Iterator[Group]:
        for place, entry in enumerate(self._entries):
            own = [self[name] for name in self.fields if name.startswith(f"{place}-")]
            yield Group(str(Kind(entry.kind).label), own)

    def hidden(self) -> Iterator[tuple[str, int | str]]:
        """Kind and row of each engine, as hidden fields of the form."""
        for entry in self._entries:
            yield entry.kind, entry.keeps or ""

    def wanted(self) -> list[Entry]:
        """The engines in the order that was typed, without those to be taken out."""
        said = self.cleaned_data
        kept = [place for place in range(len(self._entries)) if not said[f"{place}-remove"]]
        return [self._entry(place) for place in sorted(kept, key=lambda place: said[f"{place}-order"])]

    def _entry(self, place: int) -> Entry:
        entry, said = self._entries[place], self.cleaned_data
        settings = {one.name: said[f"{place}-{one.name}"] for one in SETTINGS[entry.kind]}
        return Entry(entry.kind, settings, said[f"{place}-on_failure"], entry.keeps)


def shown(app: App, *, add: str = "") -> EnginesForm:
    """The engines as they are, and an empty one of the kind to be added."""
    added = [Entry(add)] if add in Kind.values else []
    return EnginesForm(None, entries=[*entries_of(app), *added])


def sent(data: QueryDict) -> EnginesForm:
    rows = zip(data.getlist("kind"), data.getlist("keeps"), strict=False)
    entries = [Entry(kind, keeps=whole_number(keeps)) for kind, keeps in rows]
    return EnginesForm(data, entries=[one for one in entries if one.kind in Kind.values][: MOST + 1])


def _fields(place: int, entry: Entry) -> Iterator[tuple[str, forms.Field]]:
    yield "order", forms.IntegerField(label=_("Order"), min_value=1, max_value=99, initial=place + 1)
    for setting in SETTINGS[entry.kind]:
        yield setting.name, _field(setting, entry)
    choices = AppEngine.OnFailure.choices
    yield "on_failure", forms.ChoiceField(label=_("When it fails"), choices=choices, initial=entry.on_failure)
    yield "remove", forms.BooleanField(label=_("Take it out"), required=False)


def _field(setting: Setting, entry: Entry) -> forms.Field:
    label, initial = setting.label, entry.settings.get(setting.name, "")
    if setting.choices:
        choices = [(one, one) for one in setting.choices]
        return forms.ChoiceField(label=label, choices=choices, initial=initial or setting.choices[0])
    if not setting.is_secret:
        return forms.CharField(label=label, required=setting.is_required, initial=initial, max_length=2048)
    is_kept = entry.keeps is not None
    return forms.CharField(
        label=label,
        required=setting.is_required and not is_kept,
        widget=forms.PasswordInput({"autocomplete": "off"}, render_value=True),  # what was typed just now
        help_text=_("Empty: as it is.") if is_kept else "",
        max_length=200,
    )
