"""Nudges. Each finds out from PostgreSQL what is to do; running one twice, or never, loses nothing."""

from __future__ import annotations

from time import monotonic

from celery import shared_task

FETCH_SECONDS = 30
DELIVER_SECONDS = 60  # with the longest exchange well inside CELERY_TASK_TIME_LIMIT, which would kill sends under way


@shared_task(name="moderation.fetch_picture")
def fetch_picture(case_id: int) -> None:
    from moderation.media.fetch import fetch

    fetch(case_id)


@shared_task(name="moderation.fetch_pictures")
def fetch_pictures() -> None:
    from moderation.media.fetch import fetch_due

    until = monotonic() + FETCH_SECONDS
    for _ in fetch_due():
        if monotonic() > until:
            break


@shared_task(name="moderation.deliver_due")
def deliver_due() -> None:
    from moderation.webhooks.deliver import deliver_due

    deliver_due(only_one=True, for_seconds=DELIVER_SECONDS)
