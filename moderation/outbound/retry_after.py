"""Parse a `Retry-After` header. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

A_YEAR = timedelta(days=365)  # for numbers of more than nine digits


def asked_wait(retry_after: str | None, *, now: datetime) -> timedelta:
    """The wait that a `Retry-After` header asks for, in seconds or until an HTTP date; zero when it asks for none."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text)) if len(text) <= 9 else A_YEAR
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
