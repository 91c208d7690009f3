"""Which label paths and patterns are in the catalogue, and what a mistyped one may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext
from rapidfuzz import process
from rapidfuzz.distance import Indel

from moderation.contract.values import LabelPath
from moderation.labels import search
from moderation.labels.naming import in_force
from moderation.models import Label
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.conditions import ANYTHING, fitting, without_open_end
from moderation.policy.taxonomy import CATEGORIES

ALIKE = 0.75  # of two words: the share of their letters that stand in both in one order
MAX_TYPED = 12


def unknown(paths: Iterable[LabelPath]) -> list[LabelPath]:
    """Those of the paths that the catalogue does not have, each once. An alias counts as its label."""
    taxonomy = in_force()
    keys = {taxonomy.key(path): path for path in paths}
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
    """The label of the same category that reads most like this path, "" when none does. Of a long path the first
    MAX_TYPED words count, because a task is locked meanwhile: 20,000 labels take some 40 ms.
    """
    one, _, rest = path.partition("/")
    if not rest:
        return next(iter(_alike(one.casefold(), [category.risk_label1 for category in CATEGORIES])), "")
    words = {label: _words(label.risk_label3 or label.risk_label2) for label in search.below(in_force().canonical(one))}
    choices = list({word for own in words.values() for word in own})
    meant = [set(_alike(word, choices)) for word in _words(rest)[:MAX_TYPED]]
    scored = [(sum(not alike.isdisjoint(own) for alike in meant), str(label)) for label, own in words.items()]
    best = max(scored, key=lambda one: (one[0], -len(one[1])), default=(0, ""))
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


def _alike(typed: str, words: Sequence[str]) -> list[str]:
    """Those of the words that read like the typed one, the most alike first."""
    found = process.extract(typed, words, scorer=Indel.normalized_similarity, score_cutoff=ALIKE, limit=None)
    return [word for word, _, _ in found]
