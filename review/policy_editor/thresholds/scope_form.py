"""The form of a scope: each field is picked from what the apps and the results of the last days have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import App
from moderation.models.case import Event
from moderation.policy import Scope
from moderation.policy.condition_bodies import LANGUAGES, MAX_USER_LEVEL
from review.policy_editor.thresholds.place import scope_fields, scope_of

MOST_EVENTS = 500
ANY = ("", _("any"))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of a scope are picked from, read once for all forms of a page."""

    apps: tuple[str, ...]
    events: tuple[str, ...]
    types: tuple[str, ...]

    @classmethod
    def read(cls, types: Iterable[str]) -> Self:
        """`types` are those that the results of the last days have."""
        events = Event.objects.order_by("event_id").values_list("event_id", flat=True).distinct()[:MOST_EVENTS]
        return cls(tuple(App.objects.values_list("app_id", flat=True)), tuple(events), tuple(types))


class ScopeForm(forms.Form):
    """What a scope has already can always be picked, whether or not it still exists."""

    use_required_attribute = False
    app = forms.ChoiceField(label=_("App"), required=False)
    event = forms.ChoiceField(label=_("Event"), required=False)
    type = forms.ChoiceField(label=_("Type"), required=False)
    lang = forms.ChoiceField(label=_("Language"), required=False, choices=[ANY, *((one, one) for one in LANGUAGES)])
    level = forms.ChoiceField(label=_("Level"), required=False)

    def __init__(self, data: Mapping[str, str] | None, *, scope: Scope, choices: Choices, prefix: str = "") -> None:
        now = scope_fields(scope)
        super().__init__(data, initial=now, prefix=prefix)
        self._choose("app", choices.apps, now)
        self._choose("event", choices.events, now)
        self._choose("type", choices.types, now)
        self._choose("level", _levels(), now)
        levels = self.fields["level"].choices  # type: ignore[attr-defined] # a choice field
        self.fields["level"].choices = [(one, _in_short(one) if one else text) for one, text in levels]  # type: ignore[attr-defined]

    def _choose(self, name: str, choices: Iterable[str], now: Mapping[str, str]) -> None:
        known = dict.fromkeys([*choices, *([now[name]] if name in now else [])])
        self.fields[name].choices = [ANY, *((one, one) for one in known)]  # type: ignore[attr-defined] # a choice field

    def scope(self) -> Scope | None:
        """None when the form is not valid."""
        return scope_of(self.cleaned_data) if self.is_valid() else None


def _levels() -> list[str]:
    """Each level alone, and the runs that begin at the lowest or end at the highest."""
    every = [str(level) for level in range(MAX_USER_LEVEL + 1)]
    low = [",".join(every[:end]) for end in range(2, len(every))]
    return [*every, *low, *(",".join(every[start:]) for start in range(1, len(every) - 1))]


def _in_short(levels: str) -> str:
    first, *others = levels.split(",")
    return f"{first}–{others[-1]}" if others else first
