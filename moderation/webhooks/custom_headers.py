"""Headers that an endpoint wants with each webhook: `X-Tenant: shop`. Secret values are encrypted and never shown
again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from moderation.runtime import encryption

MOST = 20
LONGEST_NAME, LONGEST_VALUE = 100, 2000
HIDDEN = "••••••"

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_OURS = ("webhook-", "content-", "proxy-", "sec-")
_OUR_NAMES = frozenset(
    {
        *("host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"),
        *("accept-encoding", "user-agent", "date", "via", "forwarded", "cookie2", "http2-settings"),
    }
)

Stored = list[dict[str, str]]
"""As `Endpoint.headers` has them: name and value, or name and sealed value."""


@dataclass(frozen=True, slots=True)
class Header:
    """As an administrator writes it. A secret one with an empty value keeps the value that is stored."""

    name: str
    value: str
    secret: bool = False


class HeaderRefused(ValueError):
    """`place` is the number of the header in the form, from 0."""

    def __init__(self, place: int, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


def stored(headers: Sequence[Header], *, before: Stored) -> Stored:
    """Checked, and secrets sealed. Raises HeaderRefused."""
    if len(headers) > MOST:
        raise HeaderRefused(MOST, gettext("An endpoint has at most %(most)d headers.") % {"most": MOST})
    kept = {one["name"].lower(): one["sealed"] for one in before if "sealed" in one}
    seen: set[str] = set()
    rows: Stored = []
    for place, header in enumerate(headers):
        key = header.name.lower()
        if why := _why_not(header, seen, kept):
            raise HeaderRefused(place, why)
        seen.add(key)
        rows.append(_row(header, kept.get(key, "")))
    return rows


def as_written(rows: Stored) -> list[Header]:
    """As an administrator would write them again, without the secret values."""
    return [Header(one["name"], one.get("value", ""), "sealed" in one) for one in rows]


def opened(rows: Stored) -> dict[str, str]:
    """What is sent. Raises encryption.WrongKey."""
    return {one["name"]: encryption.unseal(one["sealed"]) if "sealed" in one else one["value"] for one in rows}


def shown(rows: Stored) -> list[tuple[str, str]]:
    """With secret values left out."""
    return [(one["name"], HIDDEN if "sealed" in one else one["value"]) for one in rows]


def names(rows: Stored) -> list[str]:
    """For the audit, which never has their values."""
    return [one["name"] for one in rows]


def changed(before: Stored, now: Stored) -> list[str]:
    """The names of those that were there and have another value now."""
    return [one["name"] for one in now if one["name"] in names(before) and one not in before]


def in_a_form(rows: Stored) -> dict[str, dict[str, str]]:
    """By name, as the fields of a form row, which are texts."""
    return {one["name"]: {"value": one.get("value", ""), "secret": "on" if "sealed" in one else ""} for one in rows}


def marks_of_secrets(rows: Stored) -> dict[str, str]:
    """By name, a mark that changes when the secret value does and tells nothing about it."""
    return {one["name"]: hashlib.sha256(one["sealed"].encode()).hexdigest()[:8] for one in rows if "sealed" in one}


def _row(header: Header, sealed_before: str) -> dict[str, str]:
    if not header.secret:
        return {"name": header.name, "value": header.value}
    return {"name": header.name, "sealed": encryption.seal(header.value) if header.value else sealed_before}


def _why_not(header: Header, seen: set[str], kept: Mapping[str, Any]) -> str:
    """Why this header is refused; "" for none."""
    key = header.name.lower()
    if not _NAME.fullmatch(header.name) or len(header.name) > LONGEST_NAME:
        return gettext("A header's name is made of letters, digits and hyphens, at most 100 of them.")
    if key in _OUR_NAMES or key.startswith(_OURS):
        return gettext("%(name)s is set by us and cannot be replaced.") % {"name": header.name}
    if key in seen:
        return gettext("%(name)s is there twice.") % {"name": header.name}
    if not header.value and header.secret:
        return (
            ""
            if key in kept
            else gettext("Type the value of %(name)s: there is none for this URL's host.") % {"name": header.name}
        )
    if not _VALUE.fullmatch(header.value) or len(header.value) > LONGEST_VALUE:
        return gettext("A header's value is one line of printable ASCII characters, not empty, at most 2,000 of them.")
    return ""
