"""Celery tasks of `review`; see moderation.tasks."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="review.maintain")
def maintain() -> None:
    from review.maintenance import maintain

    maintain()
