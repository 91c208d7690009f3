"""Begin a replay: of the draft, or again of what was replayed before. The doors that call this notify a worker."""

from __future__ import annotations

from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.audit import Actor
from moderation.models import ReplayReport
from moderation.policy_versions.draft import NothingDrafted, current
from moderation.replay import jobs
from moderation.replay.report import Queues


class MeasuredQueues(Protocol):
    """The function at settings.REPLAY_QUEUES: the queues of the review app, with seconds per case."""

    def __call__(self) -> Queues: ...


def replay_draft(*, last: int = jobs.LAST, by: Actor) -> ReplayReport:
    """Raises NothingDrafted."""
    draft = current()
    if draft.is_empty:
        raise NothingDrafted("Nothing is drafted.")
    return jobs.start(draft.body, queues=_queues(), last=last, by=by)


def replay_again(job: ReplayReport, *, by: Actor) -> ReplayReport:
    """The same policy and as many cases, against what is in force now."""
    return jobs.start(job.body, queues=_queues(), last=job.last, by=by)


def _queues() -> Queues:
    return cast(MeasuredQueues, import_string(settings.REPLAY_QUEUES))()
