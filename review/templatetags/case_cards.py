"""What cards of cases are worded with: `{{ name|initials }}`, `{{ at|ago }}`, `{{ id|short_id }}`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime

from review.presentation.case_state import initials

register = template.Library()
register.filter("initials", initials)

SHOWN = 10  # characters of an id that is not cut


@register.filter
def ago(at: datetime) -> str:
    return str(naturaltime(at))


@register.filter
def short_id(text: Any) -> str:
    """19ac…7b: enough to compare by eye."""
    whole = str(text)
    return whole if len(whole) <= SHOWN else f"{whole[:4]}…{whole[-4:]}"
