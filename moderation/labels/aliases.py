"""Aliases of labels: other identifiers that a sender's account has for them, at any level.

An alias stands for one label, and a label that has aliases is none itself, so that one look-up always ends at a label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext

from moderation.contract.values import LabelPath
from moderation.labels.catalogue_file import levels_of, path_text, shown
from moderation.models import Label, LabelAlias
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.taxonomy import CATEGORIES, Key, alias_key

MOST_OF_A_LABEL = 20
_COLUMNS = ("risk_label1", "risk_label2", "risk_label3")
_OF_LABELS = tuple(f"label__{name}" for name in _COLUMNS)
_CATEGORIES = {one.risk_label1 for one in CATEGORIES}


def read(texts: Iterable[str]) -> tuple[str, ...]:
    """The aliases that these texts name, each once, in order. Raises ValueError."""
    found = {alias_key(key): path_text(key) for key in map(_key, texts)}
    if len(found) > MOST_OF_A_LABEL:
        raise ValueError(gettext("A label has at most {most} aliases.").format(most=MOST_OF_A_LABEL))
    return tuple(found[key] for key in sorted(found))


def key_of(alias: str) -> Key:
    """What paths are compared by, of an alias as `read` returns it."""
    return alias_key(_key(alias))


def all_of_them() -> dict[Key, Key]:
    """By what is compared, the label that each alias stands for."""
    rows = LabelAlias.objects.order_by().values_list(*_COLUMNS, *_OF_LABELS)
    return {alias_key((one, two, three)): (first, second, third) for one, two, three, first, second, third in rows}


def by_label(*labels: Label) -> dict[Key, tuple[str, ...]]:
    """The aliases of these labels, or of all, as `read` returns them."""
    rows = LabelAlias.objects.filter(label__in=labels) if labels else LabelAlias.objects.all()
    found: dict[Key, list[str]] = defaultdict(list)
    for *levels, first, second, third in rows.order_by("key").values_list(*_COLUMNS, *_OF_LABELS):
        found[first, second, third].append(path_text(levels))
    return {key: tuple(sorted(texts, key=key_of)) for key, texts in found.items()}


def check(wanted: Mapping[Key, Sequence[str]], present: Mapping[Key, Key]) -> dict[Key, str]:
    """What is wrong with the aliases that labels would have, by label. `present` are all that there are now."""
    kept = {alias: label for alias, label in present.items() if label not in wanted}
    owners = kept | {key_of(text): label for label, texts in wanted.items() for text in texts}
    with_aliases = {alias_key(label) for label in owners.values()}
    faults: dict[Key, str] = {}
    for label, texts in wanted.items():
        for text in texts:
            if fault := _fault(label, key_of(text), text, kept, owners, with_aliases):
                faults.setdefault(label, fault)
    return faults


def write(wanted: Mapping[Key, Sequence[str]]) -> None:
    """Give these labels these aliases and no others. The labels exist, and `check` found nothing."""
    if not wanted:
        return
    rows = Label.objects.filter(risk_label1__in={one for one, _, _ in wanted}).values_list("pk", *_COLUMNS)
    keys = {(one, two, three): pk for pk, one, two, three in rows}
    LabelAlias.objects.filter(label__in=[keys[label] for label in wanted]).delete()
    LabelAlias.objects.bulk_create(
        LabelAlias(label_id=keys[label], **dict(zip(_COLUMNS, _key(text), strict=True)), key=path_text(key_of(text)))
        for label, texts in wanted.items()
        for text in texts
    )


def _key(text: str) -> Key:
    levels = levels_of(text)
    if levels is None:
        raise ValueError(gettext("“{path}” has more than three levels.").format(path=shown(text)))
    one, two, three = levels
    key = (BUILT_IN_TAXONOMY.canonical(one), two, three)
    if key[0] in ("", "normal") or (three and not two) or not all(map(str.isprintable, key)):
        raise ValueError(gettext("“{path}” is no path of a label.").format(path=shown(text)))
    if max(map(len, key)) > MAX_IDENTIFIER_CHARACTERS:
        told = gettext("A level has at most {most} characters: “{path}”.")
        raise ValueError(told.format(most=MAX_IDENTIFIER_CHARACTERS, path=shown(text)))
    return key


def _fault(
    label: Key, alias: Key, text: str, kept: Mapping[Key, Key], owners: Mapping[Key, Key], with_aliases: set[Key]
) -> str:
    if alias in with_aliases:
        return gettext("“{alias}” is a label that has aliases itself.").format(alias=shown(text))
    if alias[0] in _CATEGORIES and not alias[1]:
        return gettext("“{alias}” is one of the eight categories, and stands for itself.").format(alias=shown(text))
    if alias_key(label) in owners:
        path = LabelPath(*owners[alias_key(label)])
        return gettext("This label is an alias of {label} itself.").format(label=path)
    if owners[alias] != label or alias in kept:
        path = LabelPath(*(kept.get(alias) or owners[alias]))
        return gettext("“{alias}” is an alias of {label} already.").format(alias=shown(text), label=path)
    return ""
