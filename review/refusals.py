"""Why an action on a task can be refused. Each is a normal, named outcome, not a fault.

Refused
├── LeaseLost         the task is free or leased to another person: lease again, do not retry
├── AlreadyDecided    another verdict stands
├── WindowClosed      the result is released: only a correction can change it
├── StillUndoable     the result is not released: its author can undo it, so there is nothing to correct yet
├── ResultChanged     the machine has said something else since the case was shown: look at it again
├── NotForGrid        the picture is to be judged singly
└── NotAcceptable     the verdict breaks a rule of the queue: correct it and send it again
"""

from __future__ import annotations

from dataclasses import dataclass

from review.models import ReviewTask


class Refused(Exception):
    """Sending the same thing again gives the same answer."""


@dataclass(frozen=True)
class LeaseLost(Refused):
    leased_by: str = ""


@dataclass(frozen=True)
class AlreadyDecided(Refused):
    by: str
    verdict: str


class WindowClosed(Refused):
    pass


class StillUndoable(Refused):
    pass


@dataclass(frozen=True)
class ResultChanged(Refused):
    """`task` is the task as it is now, still leased to the person, for whom it counts as shown."""

    task: ReviewTask


@dataclass(frozen=True)
class NotForGrid(Refused):
    """`why` is "critical" (a label of it, or of what is decided with it), "changed" (the machine result is not
    the one shown on the page) or "not-offered" (this queue, or this task, has no grid).
    """

    why: str


@dataclass(frozen=True)
class NotAcceptable(Refused):
    """`pointer` is the field of the call that breaks the rule."""

    pointer: str
    detail: str
