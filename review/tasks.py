"""Nudges for the workbench; see moderation.tasks."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="review.sweep")
def sweep() -> None:
    from review.sweep import sweep

    sweep()
