"""A person's settings of the stage: how pictures are blurred, and the keys. The organisation sets a default blur."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts import audit, permissions
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.roles import Permission
from moderation.policy.taxonomy import CATEGORIES, Taxonomy
from review.models import Preferences
from review.refusals import NotAcceptable

STRONGEST_BLUR = 3
_MOST_ACTS = 60


@dataclass(frozen=True, slots=True)
class BlurSetting:
    """How one picture is covered: `blur` from 0 (none) to 3, and whether it is shown in grey."""

    blur: int = 0
    grayscale: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`everything` applies to every picture, unless the category of a label has a setting of its own. `is_own`: the
    person chose it, so that no queue adds to it.
    """

    everything: BlurSetting = field(default_factory=BlurSetting)
    categories: Mapping[str, BlurSetting] = field(default_factory=dict)
    is_own: bool = False

    def over(
        self, risk_labels: Iterable[str] | None, *, taxonomy: Taxonomy, queue_blur: int | None = None
    ) -> BlurSetting:
        """The blur of a picture with these first-level labels: the strictest of their settings, or of all settings
        where the labels are not known (None). `queue_blur`: what the picture's queue asks for at first.
        """
        asked = self._asked(risk_labels, taxonomy)
        least = 0 if self.is_own else queue_blur or 0
        return BlurSetting(max(least, *(blur.blur for blur in asked)), any(blur.grayscale for blur in asked))

    def _asked(self, risk_labels: Iterable[str] | None, taxonomy: Taxonomy) -> list[BlurSetting]:
        if risk_labels is None:
            return [self.everything, *self.categories.values()]
        named = [self.categories.get(taxonomy.canonical(one), self.everything) for one in risk_labels if one]
        return named or [self.everything]


def filter_of(user: User) -> Filter:
    """The blur of the pictures this person sees, on every page."""
    return _in_force(*_rows(user))


def for_lists(user: User) -> tuple[Filter, bool]:
    """For lists of cases, in one query: the blur of pictures, and whether letter keys act."""
    own, default = _rows(user)
    return _in_force(own, default), own.letters if own else True


def of(user: User) -> dict[str, Any]:
    """All settings, as sent to the stage: {"filter", "default", "keys", "letters"}; `filter` null: the default."""
    own, default = _rows(user)
    own = own or Preferences()
    return {
        "filter": own.filter,
        "default": _filter(default) or as_json(Filter()),
        "keys": own.keys,
        "letters": own.letters,
    }


def save(changes: Mapping[str, Any], *, by: User) -> dict[str, Any]:
    """Change the given ones of "filter", "keys" and "letters" of one's own. Raises NotAcceptable."""
    if changes.get("filter"):
        _check_filter(changes["filter"])
    _check_keys(changes.get("keys", {}))
    Preferences.objects.update_or_create(user=by, defaults=dict(changes))
    return of(by)


def set_default(wanted: Mapping[str, Any], *, by: User) -> None:
    """Set the blur for all users who have not chosen their own. Raises NotAllowed, NotAcceptable."""
    permissions.check(by, Permission.ADMINISTER)
    _check_filter(wanted)
    with transaction.atomic():
        before = Preferences.objects.filter(user=None).values_list("filter", flat=True).first()
        row, _ = Preferences.objects.update_or_create(user=None, defaults={"filter": dict(wanted)})
        audit.record(AuditAction.PREFERENCES_DEFAULT_CHANGED, by=by, on=row, before=before, filter=row.filter)


def as_json(one: Filter) -> dict[str, Any]:
    categories = {name: _blur_json(blur) for name, blur in one.categories.items()}
    return {**_blur_json(one.everything), "categories": categories}


def _blur_json(blur: BlurSetting) -> dict[str, Any]:
    return {"blur": blur.blur, "grayscale": blur.grayscale}


def _rows(user: User) -> tuple[Preferences | None, Preferences | None]:
    found = {row.user_id: row for row in Preferences.objects.filter(Q(user=user) | Q(user=None))}
    return found.get(user.pk), found.get(None)


def _filter(row: Preferences | None) -> dict[str, Any] | None:
    return row.filter if row else None


def _in_force(own: Preferences | None, default: Preferences | None) -> Filter:
    chosen = _filter(own)
    stored = chosen or _filter(default)
    if stored is None:
        return Filter()
    categories = {name: _blur(one) for name, one in stored["categories"].items()}
    return Filter(_blur(stored), categories, is_own=chosen is not None)


def _blur(stored: Mapping[str, Any]) -> BlurSetting:
    return BlurSetting(stored["blur"], stored["grayscale"])


def _check_filter(wanted: Mapping[str, Any]) -> None:
    unknown = set(wanted["categories"]) - {category.risk_label1 for category in CATEGORIES}
    if unknown:
        refused = gettext("Only the categories that the product names can have a filter of their own.")
        raise NotAcceptable("/categories", refused)


def _check_keys(keys: Mapping[str, Any]) -> None:
    if len(keys) > _MOST_ACTS or not all(act.isascii() and act.isalpha() and len(act) < 30 for act in keys):
        raise NotAcceptable("/keys", gettext("Name acts of the stage, each with its keys."))
