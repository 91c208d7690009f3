"""A database that is away for a while, for this thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError


@dataclass
class Away:
    """`connection.execute_wrapper(Away())`: it answers nothing from `begin` to `end`."""

    is_away: bool = False

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        if self.is_away:
            raise OperationalError("the connection was lost")
        return execute(*given)

    def begin(self) -> None:
        self.is_away = True

    def end(self) -> None:
        self.is_away = False
