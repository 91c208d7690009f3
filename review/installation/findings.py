"""What a check of the installation finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    BROKEN = "broken"  # something does not work
    ATTENTION = "attention"  # it works, and somebody should look
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a request showed of the way it came. `forwarded` are the addresses in X-Forwarded-For."""

    secure: bool
    forwarded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """`found` and `to_do` are sentences in the language of the reader; `to_do` is "" where there is nothing to do."""

    state: State
    found: str
    to_do: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`ask` is given the request's facts, or None on the command line. Without the database it is not asked, unless
    `needs_database` is False.
    """

    name: str
    title: Any  # a lazy text
    ask: Callable[[Seen | None], Finding]
    needs_database: bool = True


def ok(found: str) -> Finding:
    return Finding(State.OK, found)


def attention(found: str, to_do: str) -> Finding:
    return Finding(State.ATTENTION, found, to_do)


def broken(found: str, to_do: str) -> Finding:
    return Finding(State.BROKEN, found, to_do)
