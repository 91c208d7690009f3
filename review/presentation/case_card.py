"""The card by which a case is shown wherever it is named: picture, label, score, state, time, person, subject.

A page of cards is read in the same few queries whatever its length. The picture lies under the reader's own filter, or
else the stricter of the organisation's and the queue's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from moderation import labels
from moderation.contract.values import LabelPath
from moderation.models import Case, FinalResult, LabelScore, MachineResult
from moderation.policy import Taxonomy
from moderation.policy.stored_facts import path_of
from review import preferences
from review.models import Decision, ReviewTask
from review.preferences import BlurSetting, Filter
from review.presentation import case_state, origins, standing_decisions
from review.presentation.case_state import CaseState
from review.presentation.label_names import label_name, last_level_name
from review.presentation.messages import describe
from review.presentation.origins import OriginWords

STRENGTHS = {1: "1", 2: "2"}  # of the blurred copies; the plain address is the strongest

_Label = tuple[str, int | None]
"""As LabelScore spells it, and its score."""


@dataclass(frozen=True, slots=True)
class CardPicture:
    """`url` is "" where there is no picture, and `why` says why. `blur` from 0 to 3."""

    url: str
    blur: int = 0
    grayscale: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class CaseCard:
    """`label` is the machine's top label, `path` its identifiers; `task` the latest round; `decision` the last verdict
    that stands, None while the case is open; `origin` how the open task came to where it is.
    """

    case: Case
    picture: CardPicture
    label: str
    full_label: str
    path: str
    score: int | None
    level: str
    state: CaseState
    task: ReviewTask | None = None
    decision: Decision | None = None
    origin: OriginWords | None = None

    @property
    def is_open(self) -> bool:
        return self.task is not None and self.task.closed_at is None


@dataclass(frozen=True, slots=True)
class _Said:
    """What a card needs of a machine result; `first_levels` None: they are not known."""

    path: LabelPath
    level: str
    score: int | None
    first_levels: tuple[str, ...] | None


def of_cases(cases: Sequence[Case], *, user: User, blur: Filter | None = None) -> list[CaseCard]:
    """In the order given. The cases come with their app and picture; `blur` is the user's filter, where it is known
    already. Seven queries at most.
    """
    tasks = {one.case_id: one for one in _rounds(cases)}
    return _cards(cases, tasks, blur=blur or preferences.filter_of(user))


def of_tasks(tasks: Sequence[ReviewTask], *, user: User, blur: Filter | None = None) -> list[CaseCard]:
    """The same for tasks that are known, with their queue, owner, lease holder, case and its picture."""
    by_case = {task.case_id: task for task in tasks}
    return _cards([task.case for task in tasks], by_case, blur=blur or preferences.filter_of(user))


def _cards(cases: Sequence[Case], tasks: Mapping[int, ReviewTask], *, blur: Filter) -> list[CaseCard]:
    said, taxonomy = _said(cases), labels.in_force()
    closed = [case for case in cases if case.pk not in tasks or tasks[case.pk].closed_at is not None]
    decisions, last = standing_decisions.with_results(closed) if closed else ({}, {})
    by_policy = (case.pk for case in closed if case.state == Case.State.FINAL and case.pk not in decisions)
    results = {pk: last[pk] for pk in by_policy if pk in last}
    came = origins.in_words(list(tasks.values()))
    now = timezone.now()
    return [
        _card(
            case,
            said.get(case.pk),
            tasks.get(case.pk),
            decisions.get(case.pk),
            results.get(case.pk),
            came=came,
            blur=blur,
            now=now,
            taxonomy=taxonomy,
        )
        for case in cases
    ]


def _card(
    case: Case,
    said: _Said | None,
    task: ReviewTask | None,
    decision: Decision | None,
    result: FinalResult | None,
    *,
    came: Mapping[int, OriginWords],
    blur: Filter,
    now: datetime,
    taxonomy: Taxonomy,
) -> CaseCard:
    path = said.path if said else LabelPath("")
    origin = came.get(task.pk) if task else None
    level = said.level if said else ""
    return CaseCard(
        case,
        picture_of(case, _over(blur, said, task, taxonomy)),
        last_level_name(path, taxonomy) if path.risk_label1 else "",
        label_name(str(path), taxonomy),
        str(path),
        said.score if said else None,
        level,
        case_state.of(case, task, decision, origin=origin, level=level, result=result, now=now),
        task,
        decision,
        origin,
    )


def picture_of(case: Case, setting: BlurSetting) -> CardPicture:
    """The small copy that this person may see without asking for more."""
    fetch = getattr(case, "picture_fetch", None)
    if fetch is None or fetch.state != "ready":
        why = (describe(fetch.why) or fetch.get_state_display()) if fetch else ""
        return CardPicture("", why=why)
    if not setting.blur:
        return CardPicture(reverse("review:picture", args=[case.pk, "thumbnail"]), 0, setting.grayscale)
    query = {"strength": STRENGTHS[setting.blur]} if setting.blur in STRENGTHS else None
    return CardPicture(
        reverse("review:picture", args=[case.pk, "blurred"], query=query), setting.blur, setting.grayscale
    )


def _over(blur: Filter, said: _Said | None, task: ReviewTask | None, taxonomy: Taxonomy) -> BlurSetting:
    queue_blur = task.queue.blur if task else None
    return blur.over(said.first_levels if said else None, taxonomy=taxonomy, queue_blur=queue_blur)


def _said(cases: Sequence[Case]) -> dict[int, _Said]:
    """By case: what the result says that it stands on. Its labels are read as they are stored, without its body."""
    standing = MachineResult.objects.filter(case__in=cases, revision=F("case__stands_on"))
    labels = LabelScore.objects.filter(case=OuterRef("case_id")).order_by("place")
    rows = standing.values_list(
        *("case_id", "revision", "risk_level", "risk_label1", "risk_label2", "risk_label3"),
        F("case__facts__revision"),
        Coalesce("case__facts__spelt", "case__facts__label"),
        ArraySubquery(labels.values(named=Coalesce("spelt", "label"))),
        ArraySubquery(labels.values("score")),
    )
    return {
        case: _read(LabelPath(*path), level, own, list(zip(spelt, scores, strict=True)) if stored == revision else None)
        for case, revision, level, *path, stored, own, spelt, scores in rows
    }


def _read(path: LabelPath, level: str, own: str, labels: Sequence[_Label] | None) -> _Said:
    """`own` is how `path` is spelt there; `labels` None: they are not stored yet."""
    if labels is None:
        return _Said(path, level, None, None)
    scores = [score for spelt, score in labels if spelt == own and score is not None]
    firsts = dict.fromkeys([path.risk_label1, *(path_of(spelt).risk_label1 for spelt, _ in labels)])
    return _Said(path, level, max(scores, default=None), tuple(firsts))


def _rounds(cases: Sequence[Case]) -> Iterable[ReviewTask]:
    people = ("queue", "case", "owner", "leased_by", "noted_by")
    return ReviewTask.objects.filter(case__in=cases).select_related(*people).order_by("round")
