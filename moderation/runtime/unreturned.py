"""Leases that a process could not give back because the database was away: it does so once the database answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Leased = TypeVar("Leased")


class Unreturned(Generic[Leased]):
    """`give_back` updates the row of one lease, unless somebody else has it by then."""

    def __init__(self, give_back: Callable[[Leased], object]) -> None:
        self._give_back = give_back
        self._left: deque[Leased] = deque()

    def add(self, row: Leased) -> None:
        """Give it back now. Raises what the database raises while it is away."""
        self._left.append(row)
        self.work()

    def work(self) -> None:
        """Give back what is left: call it before leasing more."""
        while self._left:
            row = self._left.popleft()
            try:
                self._give_back(row)
            except BaseException:
                self._left.appendleft(row)
                raise
