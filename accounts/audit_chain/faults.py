"""What can be wrong with the chain, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import times


class FaultCode(StrEnum):
    LINK_MISSING = "link-missing"
    LINK_CHANGED = "link-changed"
    EVENT_MISSING = "event-missing"
    EVENT_CHANGED = "event-changed"
    DETAILS_CHANGED = "details-changed"
    SALT_MISSING = "salt-missing"
    REWRITTEN = "rewritten"
    CUT = "cut"
    NEVER_LINKED = "never-linked"


_SENTENCES: dict[FaultCode, Any] = {
    FaultCode.LINK_MISSING: _("Link {number} is missing from the chain."),
    FaultCode.LINK_CHANGED: _("Link {number} of the chain was changed; event {event} itself fits what came after."),
    FaultCode.EVENT_MISSING: _("Event {event}, number {number} of the chain, was deleted."),
    FaultCode.EVENT_CHANGED: _("Event {event}, number {number} of the chain, was changed."),
    FaultCode.DETAILS_CHANGED: _(
        "The details of event {event}, number {number} of the chain, or its name were changed."
    ),
    FaultCode.SALT_MISSING: _(
        "Event {event}, number {number}, still has details, but what they are checked with is gone."
    ),
    FaultCode.REWRITTEN: _("The chain up to number {number} was rewritten after {at} ({place} keeps another hash)."),
    FaultCode.CUT: _(
        "The end of the chain was cut off: it reached number {number} by {at} ({place}), and ends at {last}."
    ),
    FaultCode.NEVER_LINKED: _("Event {event} is in no link of the chain."),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place at which the chain does not fit. `event` is an event's id."""

    code: FaultCode
    number: int = 0
    event: int = 0
    last: int = 0
    at: datetime | None = None
    place: str = ""

    def __str__(self) -> str:
        at = times.text(self.at) if self.at else "–"
        text = str(_SENTENCES[self.code])
        return text.format(number=self.number, event=self.event, last=self.last, at=at, place=self.place or "–")

    def as_json(self) -> dict[str, Any]:
        at = times.iso(self.at)
        facts = {"number": self.number, "event": self.event, "last": self.last, "at": at, "place": self.place}
        return {"code": self.code.value, **facts}

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Fault:
        at = datetime.fromisoformat(stored["at"]) if stored["at"] else None
        names = ("number", "event", "last", "place")
        return cls(FaultCode(stored["code"]), at=at, **{name: stored[name] for name in names})
