"""The answers of calls: what became of their pictures, in the contract's fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.audit import Actor
from moderation import cache_versions
from moderation.api.case_json import released_results
from moderation.gateway.asked import Asked, Reached
from moderation.gateway.moderate import Moderated, keep, look_at_all
from moderation.intake.accept import Accepted
from moderation.intake.gateway_answer import answer
from moderation.media import uploads
from moderation.models import Case, FinalResult, MachineResult


@dataclass(frozen=True, slots=True)
class Answer:
    """An image v4 body, with the machine's result that it is about where one is stored."""

    body: dict[str, Any]
    machine: MachineResult | None = None


def stored(asked: Sequence[Asked]) -> dict[str, Case]:
    """The cases that there are of these pictures, by their ids."""
    ids = [one.full_id for one in asked]
    found = Case.objects.filter(app=asked[0].app, full_id__in=ids, by_gateway=True).select_related("app")
    return {case.full_id: case for case in found}


def moderated(
    asked: Sequence[Asked], *, by: Actor, until: float, known: Mapping[str, Case] | None = None
) -> list[Answer]:
    """Look at the pictures of a call before `until`, store their cases, and answer for each of them. `known` are cases
    that there are already, by their ids: their pictures are not looked at again.
    """
    known = known or {}
    left = [one for one in asked if one.full_id not in known]
    looked = look_at_all(left, until=until) if left else []
    with cache_versions.read_together():
        return answers_of(asked, looked, keep(looked, by=by), known.values())


def answered_only(asked: Asked, *, by: Actor, until: float) -> tuple[Answer, bytes | None]:
    """What `moderated` answers for a picture, and the picture's bytes where there are any; nothing of it is stored,
    neither a case nor what follows from one.
    """
    (looked,) = look_at_all([asked], until=until)
    reached: list[Reached] = []
    watched = replace(looked, asked=replace(asked, watch=reached.append))  # it may write, which would be undone
    with cache_versions.read_together(), transaction.atomic():
        (answer,) = answers_of([asked], [watched], keep([watched], by=by), ())
        transaction.set_rollback(True)
    if asked.watch:
        for step in reached:
            asked.watch(step)
    if looked.upload:
        uploads.forget(looked.upload)
    return answer, looked.data


def answers_of(
    asked: Sequence[Asked], moderated: Sequence[Moderated], accepted: Sequence[Accepted], known: Iterable[Case]
) -> list[Answer]:
    """One for each picture, in their order: that of its case, or why it was refused. `known` are cases of earlier
    calls; of new ones nothing is read again.
    """
    told = {one.asked.full_id: Answer(one.body) for one in moderated if not one.is_stored}
    told |= {one.case.full_id: _about(one.case, one.machine, one.final) for one in accepted if one.machine}
    others = [*known, *(one.case for one in accepted if not one.machine)]
    told |= {case.full_id: one for case, one in zip(others, answers_about(others), strict=True)}
    return [told[one.full_id] for one in asked]


def answers_about(cases: Sequence[Case]) -> list[Answer]:
    """What backends may know about these cases now: the last final result that is released, or else what policy made
    of the machine's. A few queries, however many they are.
    """
    if not cases:
        return []
    standing = MachineResult.objects.filter(case__in=cases, revision=F("case__stands_on"))
    machines = {one.case_id: one for one in standing}
    finals = _released(cases)
    with cache_versions.read_together():
        return [_about(case, machines[case.pk], finals.get(case.pk)) for case in cases]


def _about(case: Case, machine: MachineResult, final: FinalResult | None) -> Answer:
    return Answer(answer(case, machine, final), machine)


def _released(cases: Sequence[Case]) -> dict[int, FinalResult]:
    found = released_results().filter(case__in=cases)
    return {one.case_id: one for one in found.order_by("case_id", "-revision").distinct("case_id")}
