"""How sure a rate is: Wilson's interval, for figures that people may act on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

FEW = 20
"""Of fewer than these a rate is a guess, and pages say so."""
_Z = 1.96  # nineteen of twenty such intervals contain the true rate


@dataclass(frozen=True, slots=True)
class Rate:
    """`count` of `n`."""

    count: int
    n: int

    @property
    def percent(self) -> float | None:
        return 100 * self.count / self.n if self.n else None

    @property
    def is_few(self) -> bool:
        return 0 < self.n < FEW

    @property
    def low(self) -> float:
        """The lower end of the interval, in percent."""
        return 100 * max(0.0, self._middle - self._half)

    @property
    def high(self) -> float:
        return 100 * min(1.0, self._middle + self._half)

    @property
    def _middle(self) -> float:
        return (self.count + _Z**2 / 2) / (self.n + _Z**2)

    @property
    def _half(self) -> float:
        if not self.n:
            return 0.5
        share = self.count / self.n
        return _Z / (1 + _Z**2 / self.n) * sqrt(share * (1 - share) / self.n + _Z**2 / (4 * self.n**2))
