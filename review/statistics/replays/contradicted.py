"""The cases whose new outcome people contradict: each with its card, and which way it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Case
from review import preferences
from review.permissions import cases_seen_by
from review.presentation import case_card
from review.presentation.case_card import CaseCard
from review.presentation.case_state import MARKS
from review.presentation.label_names import last_level_name


@dataclass(frozen=True, slots=True)
class ContradictedCase:
    """`label` and `score` are those that decide by the replay; `verdict` is a person's."""

    card: CaseCard
    label: str
    score: int | None
    before: str
    after: str
    verdict: str

    @property
    def way(self) -> str:
        return f"{MARKS.get(self.before, '–')} → {MARKS.get(self.after, '–')}"

    @property
    def verdict_mark(self) -> str:
        return "✕" if self.verdict == "REJECT" else "✓"


def listed(report: Mapping[str, Any], *, label: str | None = None) -> list[Mapping[str, Any]]:
    """Those that the report lists, the worst first; of one label alone."""
    found: list[Mapping[str, Any]] = report["contradicted"]["cases"]
    return [one for one in found if label is None or one["label"] == label]


def with_cards(found: Sequence[Mapping[str, Any]], *, user: User) -> list[ContradictedCase]:
    """In the order given, under the user's own picture filter. Cases that are gone are left out."""
    wanted = cases_seen_by(user).filter(pk__in=[one["case"] for one in found])
    cases = list(wanted.select_related("app", "picture_fetch__picture"))
    cards = {card.case.pk: card for card in _cards(cases, user)}
    return [_of(one, cards[one["case"]]) for one in found if one["case"] in cards]


def _cards(cases: Sequence[Case], user: User) -> list[CaseCard]:
    blur, _letters = preferences.for_lists(user)
    return case_card.of_cases(cases, user=user, blur=blur)


def _of(one: Mapping[str, Any], card: CaseCard) -> ContradictedCase:
    path = LabelPath(*one["label"].split("/", 2))
    label = last_level_name(path, labels.in_force()) if one["label"] else ""
    return ContradictedCase(card, label, one["score"], one["from"], one["to"], one["verdict"])
