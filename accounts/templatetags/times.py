"""`{{ at|moment }}`: a time in the reader's zone, to the second. `{{ at|countdown }}`: how long until then, like a
clock; `data-until` has js/countdown/main.js go on with it.
"""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from accounts import times

register = template.Library()
register.filter("moment", times.text)

DAY_SECONDS = 86_400


@register.filter
def countdown(at: datetime) -> str:
    """“23:59:41”; in days and hours from a day on; 0:00:00 when it is over."""
    left = max(0, int((at - timezone.now()).total_seconds()))
    if left >= DAY_SECONDS:
        return gettext("{days} d {hours} h").format(days=left // DAY_SECONDS, hours=left % DAY_SECONDS // 3600)
    return f"{left // 3600}:{left % 3600 // 60:02}:{left % 60:02}"
