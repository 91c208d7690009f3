"""List and count the labels, for the people who name them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Lower

from moderation.contract.values import LabelPath
from moderation.models import Label, LabelAlias
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.sections import keys

_SLASH, _SPACE = Value("/"), Value(" ")
_PATH = (F("risk_label1"), _SLASH, F("risk_label2"), _SLASH, F("risk_label3"))
_WORDS = Concat(*_PATH, _SPACE, F("raw_risk_label1"), _SPACE, F("name_en"), _SPACE, F("name_zh"))

# The key that an alias of this path has (`moderation.labels.aliases`), but for identifiers with a slash in them.
_AS_ALIAS = Func(
    Concat(F("risk_label1"), _SLASH, Lower("risk_label2"), _SLASH, Lower("risk_label3")), _SLASH, function="RTRIM"
)
_NAMED = ~Q(name_en="", name_zh="")

NO_SEVERITY = "none"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the catalogue covers what arrives: `seen` are the labels that a result named first, `tuned` those with a
    threshold of their own.
    """

    labels: int
    seen: int
    named: int
    tuned: int


def coverage(thresholds: Collection[str] = ()) -> Coverage:
    """`thresholds` are the keys of labels that a policy has thresholds for."""
    counts = {"labels": Count("pk"), "seen": _count(source=Label.Source.SEEN), "named": _count(_NAMED)}
    return Coverage(**Label.objects.order_by().aggregate(**counts), tuned=_tuned(set(thresholds)))


def _tuned(thresholds: set[str]) -> int:
    firsts = {key.partition("/")[0] for key in thresholds}
    rows = Label.objects.filter(risk_label1__in=firsts).order_by() if thresholds else Label.objects.none()
    paths = rows.values_list("risk_label1", "risk_label2", "risk_label3").iterator(chunk_size=5_000)
    return sum(keys(LabelPath(*path), BUILT_IN_TAXONOMY)[0] in thresholds for path in paths)


def listed(
    *, typed: str = "", category: str = "", severity: str = "", unnamed: bool = False, seen: bool = False
) -> QuerySet[Label]:
    """The labels that contain each typed word, in the order of their paths.

    `category` is a canonical level 1; `severity` the one that counts, inherited or not, or NO_SEVERITY; `unnamed` are
    those without a name in either language, aliases apart; `seen` those that the product does not name.
    """
    found = Label.objects.alias(words=_WORDS, as_alias=_AS_ALIAS).filter(
        *(Q(words__icontains=word) for word in typed.split())
    )
    if category:
        found = found.filter(risk_label1=category)
    if severity:
        counts = found.alias(counts=_severity())
        found = counts.filter(counts=None) if severity == NO_SEVERITY else counts.filter(counts=severity)
    if unnamed:
        found = found.exclude(_NAMED).exclude(Exists(LabelAlias.objects.filter(key=OuterRef("as_alias"))))
    return found.filter(source=Label.Source.SEEN) if seen else found


def _count(*which: Q, **fields: str) -> Count:
    return Count("pk", filter=Q(*which, **fields))


def _severity() -> Coalesce:
    """The label's severity, else that of the level above: the same inheritance as `Taxonomy.severity`."""
    return Coalesce("severity", _of_level(OuterRef("risk_label2")), _of_level(Value("")))


def _of_level(risk_label2: OuterRef | Value) -> Subquery:
    level = Label.objects.filter(risk_label1=OuterRef("risk_label1"), risk_label2=risk_label2, risk_label3="")
    return Subquery(level.values("severity"))
