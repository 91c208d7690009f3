"""Celery tasks of `review`; see moderation.tasks."""

from __future__ import annotations

from celery import shared_task

ALIVE_SECONDS = 10.0  # a worker says no more often that it is there


@shared_task(name="review.maintain")
def maintain(beat: bool = False) -> None:
    """`beat`: a beat asked for it, and not the worker itself."""
    from moderation import last_times
    from moderation.last_times import Happening
    from moderation.runtime.process_name import process_name
    from review.maintenance import maintain

    for what in (Happening.WORKER, *([Happening.BEAT] if beat else [])):
        last_times.record(what, by=process_name(), every_seconds=ALIVE_SECONDS)
    maintain()
