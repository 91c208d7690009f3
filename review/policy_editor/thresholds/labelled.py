"""A label as this page shows it: its names in both languages, its path, how severe it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language, gettext

from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Label
from moderation.policy.sections import ANY_LABEL, levels_of_key, path_of_key
from review.presentation.label_names import last_level_name


@dataclass(frozen=True, slots=True)
class Labelled:
    """`name` is in the reader's language, `other` in the other one, "" where it has none; `key` is its threshold's.
    `is_rated` where the severity is its own, not that of the level above.
    """

    key: str
    name: str
    other: str
    other_language: str
    path: LabelPath
    severity: str
    is_known: bool
    is_rated: bool

    @property
    def depth(self) -> int:
        return len(levels_of_key(self.key))

    @property
    def severity_name(self) -> str:
        return severity_name(self.severity)

    @property
    def identifiers(self) -> str:
        return " › ".join(levels_of_key(self.key))


def severity_name(severity: str) -> str:
    return str(Label.Severity(severity).label) if severity else ""


def labelled(key: str) -> Labelled:
    """Any label, also one that the catalogue does not have."""
    if key == ANY_LABEL:
        return Labelled(key, gettext("Every other label"), "", "en", LabelPath(""), "", True, False)
    found = labels.everything().get(key)
    return of_found(key, found) if found else _unknown(key)


def of_found(key: str, found: labels.Found) -> Labelled:
    chinese = (get_language() or "en").startswith("zh")
    name = last_level_name(found.path, labels.in_force())
    other = found.name_en if chinese else found.name_zh
    language = "en" if chinese else "zh"
    own = labels.in_force().labels.get(labels.in_force().key(found.path))
    shown = other if other != name else ""
    is_rated = own is not None and own.severity is not None
    return Labelled(key, name, shown, language, found.path, found.severity or "", True, is_rated)


def _unknown(key: str) -> Labelled:
    path = path_of_key(key)
    severity = labels.in_force().severity(path) or ""
    return Labelled(key, last_level_name(path, labels.in_force()), "", "en", path, severity, False, False)
