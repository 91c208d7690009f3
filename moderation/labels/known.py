"""Which label paths and patterns are in the catalogue, and what a mistyped one may have meant."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from django.db.models import Q
from django.utils.translation import gettext

from moderation.contract.values import LabelPath
from moderation.labels.naming import in_force
from moderation.models import Label
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.conditions import ANYTHING, fitting, without_open_end
from moderation.policy.taxonomy import CATEGORIES

ALIKE = 0.75  # of two words, by difflib


def unknown(paths: Iterable[LabelPath]) -> list[LabelPath]:
    """Those of the paths that the catalogue does not have, each once. An alias of a category counts as the category."""
    keys = {BUILT_IN_TAXONOMY.key(path): path for path in paths}
    named = Q(pk=None)
    for one, two, three in keys:
        named |= Q(risk_label1=one, risk_label2=two, risk_label3=three)
    known = set(BUILT_IN_TAXONOMY.labels)
    if set(keys) - known:
        known |= set(Label.objects.filter(named).order_by().values_list("risk_label1", "risk_label2", "risk_label3"))
    return [path for key, path in keys.items() if key not in known]


def unknown_patterns(patterns: Iterable[str]) -> list[str]:
    """Those of the patterns (porn, minor/*, */female_nudity) that fit no label of the catalogue, each once."""
    asked = list(dict.fromkeys(patterns))
    taxonomy, known = in_force(), set[str]()
    if asked:
        rows = Label.objects.order_by().values_list("risk_label1", "risk_label2", "risk_label3")
        for one, two, three in (*taxonomy.labels, *rows.iterator(chunk_size=5_000)):
            known |= fitting(one, two.casefold(), three.casefold())
    return [pattern for pattern in asked if _canonical(pattern) not in known]


def closest(path: str) -> str:
    """The label of the same category that reads most like this path, "" when none does."""
    one, _, rest = path.partition("/")
    if not rest:
        return next(iter(get_close_matches(one.casefold(), [category.risk_label1 for category in CATEGORIES], n=1)), "")
    typed = _words(rest)
    rows = Label.objects.filter(risk_label1=in_force().canonical(one)).exclude(risk_label2="")
    scored = [(_alike(typed, _words(label.risk_label3 or label.risk_label2)), str(label)) for label in rows]
    best = max(scored, key=lambda one: (one[0], -len(one[1])), default=(0.0, ""))
    return best[1] if best[0] else ""


def refusal(path: str) -> str:
    """The sentence for a path that is not in the catalogue."""
    meant = closest(path)
    if meant:
        told = gettext("No label is called “{path}”. Did you mean “{meant}”? Mark it as a new label if it is one.")
        return told.format(path=path, meant=meant)
    return gettext("No label is called “{path}”. Mark it as a new label if it is one.").format(path=path)


def _canonical(pattern: str) -> str:
    first, slash, rest = without_open_end(pattern.casefold()).partition("/")
    return (first if first == ANYTHING else in_force().canonical(first)) + slash + rest


def _words(identifier: str) -> list[str]:
    return identifier.casefold().replace("/", " ").replace("_", " ").replace("-", " ").split()


def _alike(typed: list[str], words: list[str]) -> float:
    """The share of the typed words that read like one of the words."""
    found = [word for word in typed if get_close_matches(word, words, n=1, cutoff=ALIKE)]
    return len(found) / len(typed) if typed else 0.0
