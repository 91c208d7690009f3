"""How a verb on a task can end other than well. Each is a normal outcome with a name, not a fault.

Refused
├── LeaseLost          another person holds the task, or nobody: lease again, do not retry
├── AlreadyDecided    somebody's verdict stands
├── WindowClosed      the result has left: only a correction can change it
├── StillUndoable     the result has not left: who decided can undo it, so there is nothing to correct yet
├── NotForGrid        the picture is to be judged singly
└── NotAcceptable     the verdict breaks a rule of the queue: mend it and send it again
"""

from __future__ import annotations

from dataclasses import dataclass


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
class NotForGrid(Refused):
    """`why` is "critical" (a label of it, or of what is decided with it), "changed" (the machine says something else
    than what stood on the page) or "not-offered" (this queue, or this task, has no grid).
    """

    why: str


@dataclass(frozen=True)
class NotAcceptable(Refused):
    """`pointer` is the field of the call that breaks the rule."""

    pointer: str
    detail: str
