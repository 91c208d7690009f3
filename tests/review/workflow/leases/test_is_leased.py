"""Whether a task is leased is the same for a query, for a statement and for a row."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from review.models import ReviewTask
from review.models.review_task import IS_LEASED, IS_LEASED_SQL
from tests.factories import tasks
from tests.world import World

IN_SQL = f"SELECT ({IS_LEASED_SQL}) IS TRUE FROM review_reviewtask task"  # noqa: S608 - our own words


@pytest.mark.parametrize(
    ("minutes", "is_leased"), [(None, False), (-1, False), (1, True)], ids=["never leased", "ran out", "leased"]
)
def test_they_agree(world: World, minutes: int | None, is_leased: bool) -> None:
    tasks.waiting(world.nudity, app=world.web)
    now = timezone.now()
    if minutes is not None:
        until = now + timedelta(minutes=minutes)
        ReviewTask.objects.update(leased_by=world.bob, lease_token=uuid4(), leased_until=until)
    with connection.cursor() as cursor:
        cursor.execute(IN_SQL)
        assert cursor.fetchone() == (is_leased,)
    assert ReviewTask.objects.filter(IS_LEASED).exists() is is_leased
    assert ReviewTask.objects.filter(~IS_LEASED).exists() is not is_leased
    assert ReviewTask.objects.get().is_leased(at=now) is is_leased
