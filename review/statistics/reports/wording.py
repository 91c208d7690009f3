"""Figures as pages write them."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.formats import number_format
from django.utils.translation import gettext

DAY_SECONDS = 86_400
NONE = "–"


def clock(seconds: float) -> str:
    """Like a clock: 02:10, 1:02:10; in days and hours from a day on."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    if whole >= DAY_SECONDS:
        return gettext("{days} d {hours} h").format(days=hours // 24, hours=hours % 24)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes:02}:{whole % 60:02}"


def duration(seconds: float | None) -> str:
    """Below a minute in seconds and tenths, else like a clock."""
    if seconds is None:
        return NONE
    if seconds < 60:
        return gettext("{seconds} s").format(seconds=tenths(seconds))
    return clock(round(seconds))


def short(seconds: float) -> str:
    """One of the steps of an axis: 30 s, 20 min, 4 h, 2 d."""
    if seconds < 60:
        return gettext("{seconds} s").format(seconds=number_format(seconds))
    if seconds < 3600:
        return gettext("{minutes} min").format(minutes=int(seconds // 60))
    if seconds < DAY_SECONDS:
        return gettext("{hours} h").format(hours=int(seconds // 3600))
    return gettext("{days} d").format(days=int(seconds // DAY_SECONDS))


def tenths(value: float) -> str:
    return str(number_format(round(value, 1), 1))  # which would cut the rest away


def percent(value: float | None) -> str:
    return NONE if value is None else f"{tenths(value)} %"


def count(value: int) -> str:
    return str(intcomma(value))


def minutes(whole: int) -> str:
    """An SLA: in minutes below two hours, else in hours."""
    if whole < 120:
        return gettext("{minutes} min").format(minutes=whole)
    hours = whole / 60
    return gettext("{hours} h").format(hours=number_format(hours, 0 if whole % 60 == 0 else 1))
