"""`{% replay_choices as choices %}`: how many cases can be replayed, and which choice is the usual one.
`{{ number|average }}`: a count or minutes on average.
"""

from __future__ import annotations

from django import template

from moderation.replay.jobs import LAST, LAST_AT_MOST
from review.presentation.averages import average

register = template.Library()
register.filter("average", average)

CHOICES = (10_000, 100_000, LAST, LAST_AT_MOST)


@register.simple_tag
def replay_choices() -> list[tuple[int, bool]]:
    return [(n, n == LAST) for n in CHOICES]
