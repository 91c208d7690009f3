"""`{% with origin=origins|of_task:task %}`: how a task came here, from a mapping by its key."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from review.models import ReviewTask
from review.presentation.origins import OriginWords

register = template.Library()


@register.filter
def of_task(origins: Mapping[int, OriginWords], task: ReviewTask | None) -> OriginWords | None:
    return origins.get(task.pk) if task else None
