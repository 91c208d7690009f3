"""Which faults happen when: a pure function of the seed, so that a run can be repeated."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass

SECONDS_PER_FAULT = 2.2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of fault. `weight`: how often it is drawn; `seconds`: how long it lasts, 0 for what is over at once;
    `needs`: what this machine must have for it.
    """

    name: str
    weight: int
    seconds: tuple[float, float] = (0.0, 0.0)
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` is in seconds from the start; `chance`, in [0, 1), chooses among several that it could hit."""

    number: int
    at: float
    kind: str
    seconds: float
    chance: float


TMPFS, CLOCK = "root and tmpfs", "libfaketime"

KINDS = (
    Kind("web worker killed", 5),
    Kind("web killed", 3),
    Kind("worker killed", 4),
    Kind("dispatcher killed", 6),
    Kind("beat killed", 2),
    Kind("web worker stopped", 4, (1, 6)),
    Kind("web stopped", 2, (1, 4)),
    Kind("worker stopped", 4, (1, 10)),
    Kind("dispatcher stopped", 4, (1, 20)),
    Kind("beat stopped", 2, (1, 8)),
    Kind("PostgreSQL restarted immediately", 3),
    Kind("connections ended by PostgreSQL", 10),
    Kind("connections to PostgreSQL cut", 12),
    Kind("half of the connections to PostgreSQL cut", 10),
    Kind("network to PostgreSQL frozen", 4, (0.5, 4)),
    Kind("PostgreSQL unreachable", 3, (1, 4)),
    Kind("PostgreSQL without a free connection", 2, (1, 4)),
    Kind("300 silent connections to the web server", 2, (1, 6)),
    Kind("connections to Redis cut", 10),
    Kind("network to Redis frozen", 4, (0.5, 5)),
    Kind("Redis killed", 4),
    Kind("Redis emptied", 8),
    Kind("receiver killed", 4),
    Kind("receiver down", 6, (1, 6)),
    Kind("receiver slow", 5, (1, 6)),
    Kind("receiver answers 500", 8, (1, 6)),
    Kind("receiver redirects", 5, (1, 5)),
    Kind("receiver cuts its answers", 8, (1, 5)),
    Kind("pictures cannot be stored", 3, (1, 6)),
    Kind("picture store full", 2, (1, 6), TMPFS),
    Kind("disk of the database full", 1, (1, 4), TMPFS),
    Kind("clocks ahead", 2, (2, 8), CLOCK),
    Kind("clocks behind", 2, (2, 8), CLOCK),
)
USED_UP = {
    *("PostgreSQL without a free connection", "300 silent connections to the web server", "pictures cannot be stored"),
    *("picture store full", "disk of the database full"),
}
"""Kinds that end nothing of the product: a run of these alone has to go on by itself (`report.is_good`)."""
BY_NAME = {kind.name: kind for kind in KINDS}


def plan(
    *, seed: int, seconds: float, faults: int = 0, only: Collection[str] = (), missing: Collection[str] = ()
) -> list[Fault]:
    """The faults of a run in their order: spread evenly, each at a random moment of its share of the time. `missing` is
    what this machine lacks.
    """
    chance = random.Random(seed)
    count = faults or max(1, round(seconds / SECONDS_PER_FAULT))
    names = _drawn(count, chance, [k for k in KINDS if (not only or k.name in only) and k.needs not in missing])
    return [_fault(number, name, seconds / count, chance) for number, name in enumerate(names)]


def _drawn(count: int, chance: random.Random, kinds: list[Kind]) -> list[str]:
    """From decks that hold each kind as often as it weighs; the first of all has each of them once, for short runs."""
    names = [kind.name for kind in kinds]
    chance.shuffle(names)
    while len(names) < count:
        deck = [kind.name for kind in kinds for _ in range(kind.weight)]
        chance.shuffle(deck)
        names += deck
    return names[:count]


def _fault(number: int, name: str, share: float, chance: random.Random) -> Fault:
    at = (number + chance.random()) * share
    least, most = BY_NAME[name].seconds
    lasts = least + (most - least) * chance.random() ** 2  # mostly short
    return Fault(number, round(at, 3), name, round(lasts, 3), chance.random())
