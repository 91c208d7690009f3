"""The way of a picture that a person tries: what was reached, what it waits for, and where it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from moderation.contract import json_text
from moderation.contract.image_v4 import SUCCESS
from moderation.gateway import tried as trying
from moderation.gateway.asked import Step
from moderation.models import Case, Delivery, FinalResult, MachineResult, PictureFetch, TriedPicture
from review.models import Decision, ReviewTask

LOST = timedelta(seconds=20)  # over the time of a call: then its process has died


class State(StrEnum):
    DONE = "done"
    LIVE = "live"
    TODO = "todo"
    FAILED = "failed"
    NONE = "none"  # there is no such step on this way


@dataclass(frozen=True, slots=True)
class Way:
    """`answer` is the v4 body, None until it is there. What the case has is None or empty where it has none."""

    tried: TriedPicture
    now: datetime
    answer: Mapping[str, Any] | None = None
    case: Case | None = None
    fetch: PictureFetch | None = None
    machine: MachineResult | None = None
    task: ReviewTask | None = None
    decision: Decision | None = None
    result: FinalResult | None = None
    deliveries: Sequence[Delivery] = ()

    @property
    def code(self) -> int | None:
        return self.answer["code"] if self.answer else None

    @property
    def steps(self) -> Mapping[str, Mapping[str, Any]]:
        """Those of the gateway that were reached, by name."""
        return {one["step"]: one for one in self.tried.steps}

    @property
    def is_lost(self) -> bool:
        """Whether it was begun and will not end."""
        began = self.tried.began_at
        longest = timedelta(seconds=settings.GATEWAY_SECONDS) + LOST
        return began is not None and self.answer is None and self.now - began > longest

    @property
    def is_moderated(self) -> bool:
        return self.code == SUCCESS

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be expected to happen soon."""
        if self.is_lost or (self.answer and not self.is_moderated):
            return True
        is_prepared = self.fetch is None or self.fetch.state != PictureFetch.State.PENDING
        return is_prepared and self.webhook in (State.DONE, State.FAILED, State.NONE)

    @property
    def fetched(self) -> State:
        return self._of(Step.FETCHED, after=self.tried.began_at is not None)

    @property
    def engines(self) -> State:
        return self._of(Step.ENGINES, after=Step.FETCHED in self.steps)

    @property
    def policy(self) -> State:
        if self.answer and not self.is_moderated:
            return State.TODO  # what failed is stored without being judged
        return self._of(Step.JUDGED, after=Step.ENGINES in self.steps)

    @property
    def answered(self) -> State:
        if self.answer:
            return State.DONE if self.is_moderated else State.FAILED
        return State.FAILED if self.is_lost else State.TODO

    @property
    def queue(self) -> State:
        if self.task:
            return State.DONE
        return State.NONE if self.is_moderated else State.TODO

    @property
    def verdict(self) -> State:
        if self.decision or self.result:
            return State.DONE
        if self.task:
            return State.LIVE
        return State.NONE if self.is_moderated else State.TODO

    @property
    def webhook(self) -> State:
        """Failed when one of the deliveries is dead."""
        if self.result is None:
            return State.NONE if self.verdict == State.NONE else State.TODO
        states = {one.state for one in self.deliveries}
        if not states:
            return State.NONE
        if states & {Delivery.State.PENDING, Delivery.State.PAUSED}:
            return State.LIVE
        return State.FAILED if Delivery.State.DEAD in states else State.DONE

    def _of(self, step: Step, *, after: bool) -> State:
        if step in self.steps:
            return State.DONE
        if self.answer or self.is_lost:
            return State.FAILED if after else State.TODO
        return State.LIVE if after else State.TODO


def read(pk: UUID, *, by: User) -> Way | None:
    """None also for what somebody else has tried."""
    tried = TriedPicture.objects.select_related("app").filter(pk=pk, by=by).first()
    if tried is None:
        return None
    answer = json_text.loads(tried.answer.encode()) if tried.answer else None
    case = trying.case_of(tried)
    if case is None:
        return Way(tried, timezone.now(), answer, machine=trying.judged_of(tried))
    task = case.review_tasks.select_related("queue", "leased_by").order_by("-round").first()
    result = case.final_results.filter(voided_at=None).order_by("-revision").first()
    return Way(
        tried,
        timezone.now(),
        answer,
        case,
        getattr(case, "picture_fetch", None),
        MachineResult.objects.filter(case=case, revision=F("case__stands_on")).select_related("policy_version").first(),
        task,
        _decision(task) if task else None,
        result,
        _deliveries(result) if result else (),
    )


def _decision(task: ReviewTask) -> Decision | None:
    standing = Decision.objects.filter(task=task, undone_at=None).select_related("by")
    return standing.order_by("-decided_at").first()


def _deliveries(result: FinalResult) -> list[Delivery]:
    rows = result.deliveries.select_related("endpoint").prefetch_related("attempts")
    return list(rows.order_by("pk"))
