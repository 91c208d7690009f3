"""The facts about one result that policy uses: built once, passed to every rule and every priority term."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moderation.contract.narrowing import Narrowing
from moderation.contract.values import Request, Result


@dataclass(frozen=True, slots=True)
class Subject:
    """The record of the platform's end user, as known when a result arrives. `rejected_for` counts the rejections by
    first-level label, as answered.
    """

    decided: int = 0
    rejected: int = 0
    last_rejected_at: datetime | None = None
    rejected_for: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ListedWord:
    """A word of one of our own lists, found in the recognised text at [start, end), in code points."""

    list_name: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Facts:
    """`request` is None when the sender did not keep it; `listed` are our own lists' words, not the machine's;
    `narrowing` is what the call asked of policy.
    """

    result: Result
    request: Request | None = None
    app_id: str = ""
    subject: Subject = Subject()
    listed: tuple[ListedWord, ...] = ()
    narrowing: Narrowing | None = None
