"""The pages of one's own tasks, and of tasks escalated to leads. Every group of them can be reviewed as a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.auth.access import signed_in
from accounts.models import User
from review import preferences
from review.cases import my_work as lists
from review.models import Decision, ReviewTask, Run
from review.permissions import queues_of
from review.preferences import Filter
from review.presentation import case_card
from review.presentation.case_card import CaseCard
from review.workflow import runs

Source = Run.Source


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under one heading, soonest first. `tasks` are all of them, `reviewable` those that this person can open."""

    key: str
    name: str
    about: str
    empty: str
    source: str
    cards: Sequence[CaseCard]
    tasks: Sequence[int]
    reviewable: int


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    leased, assigned, escalated = lists.leased_by(user), lists.assigned_to(user), lists.escalated_to(user)
    snoozed, skipped, decisions = lists.snoozed_by(user), lists.skipped_by(user), lists.recent_decisions_of(user)
    tasks = [*leased, *assigned, *escalated, *snoozed, *skipped]
    blur, letters = preferences.for_lists(user)
    cards = _cards(tasks, decisions, user, blur)
    opinions = [task for task in assigned if _is_opinion(cards[task.case_id])]
    sees_escalated = lists.can_see_escalated(user)
    able = set(runs.reviewable([task.pk for task in tasks], by=user)) if tasks else set()
    shown: dict[str, Any] = {
        "groups": [
            _assigned([task for task in assigned if task not in opinions], cards, able),
            _opinions(opinions, cards, able),
            *([_escalated(escalated, cards, able)] if sees_escalated else []),
        ],
        "leased": [cards[task.case_id] for task in leased],
        "snoozed": [cards[task.case_id] for task in snoozed],
        "skipped": [cards[task.case_id] for task in skipped],
        "skipped_tasks": [task.pk for task in skipped if task.pk in able],
        "skipped_source": Source.SKIPPED,
        "decisions": [(decision, cards[decision.task.case_id]) for decision in decisions],
        "today": lists.decided_today(user),
        "otherwise": lists.decided_otherwise(user),
        "sees_escalated": sees_escalated,
        "works": queues_of(user).exists(),
        "letters": letters,
    }
    return render(request, "review/my_work.html", shown)


@require_GET
@login_required
def escalated(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    own, others = lists.escalated_to(user), lists.escalated_to_others(user)
    tasks = [*own, *others]
    blur, letters = preferences.for_lists(user)
    cards = {card.case.pk: card for card in case_card.of_tasks(tasks, user=user, blur=blur)}
    able = set(runs.reviewable([task.pk for task in tasks], by=user)) if tasks else set()
    name, empty = gettext("Escalated to any lead or to another lead"), gettext("No case is escalated.")
    groups = [
        _escalated(own, cards, able),
        _group("escalated-to-any", (name, "", empty), Source.ESCALATED, others, cards, able),
    ]
    return render(request, "review/escalated.html", {"groups": groups, "letters": letters})


def _cards(tasks: Sequence[ReviewTask], decisions: Sequence[Decision], user: User, blur: Filter) -> dict[int, CaseCard]:
    """All of the page at once, by case."""
    cases = {task.case_id: task.case for task in (*tasks, *(decision.task for decision in decisions))}
    return {card.case.pk: card for card in case_card.of_cases(list(cases.values()), user=user, blur=blur)}


def _is_opinion(card: CaseCard) -> bool:
    return card.origin is not None and card.origin.kind == "second-opinion"


def _assigned(tasks: Sequence[ReviewTask], cards: dict[int, CaseCard], able: set[int]) -> Group:
    said = gettext("Assigned to me"), gettext("soonest first"), gettext("Nothing is assigned to you.")
    return _group("assigned", said, Source.ASSIGNED, tasks, cards, able)


def _opinions(tasks: Sequence[ReviewTask], cards: dict[int, CaseCard], able: set[int]) -> Group:
    about = gettext("their verdict stays hidden until you have given yours")
    said = gettext("Second opinions asked of me"), about, gettext("Nobody asks for your opinion.")
    return _group("opinions", said, Source.SECOND_OPINIONS, tasks, cards, able)


def _escalated(tasks: Sequence[ReviewTask], cards: dict[int, CaseCard], able: set[int]) -> Group:
    said = gettext("Escalated to me"), "", gettext("Nothing is escalated to you personally.")
    return _group("escalated", said, Source.ESCALATED, tasks, cards, able)


def _group(
    key: str,
    said: tuple[str, str, str],
    source: str,
    tasks: Sequence[ReviewTask],
    cards: dict[int, CaseCard],
    able: set[int],
) -> Group:
    ids = [task.pk for task in tasks]
    shown = [cards[task.case_id] for task in tasks]
    return Group(key, *said, source, shown, ids, sum(pk in able for pk in ids))
