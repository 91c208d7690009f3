"""The parts of `make bench`: each is a pytest process of its own, so that none finds what another left behind.

The first ones measure the table, and run when nothing else is asked for; the others (`ONLY=engine`) measure what stands
in other documents. `minutes` is what each takes on two quiet cores, and with what is installed already.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """`most_minutes` ends a part that hangs."""

    name: str
    files: tuple[str, ...]
    minutes: float
    is_in_table: bool = True

    @property
    def most_minutes(self) -> float:
        return 4 * self.minutes + 5


TABLE = (
    Part("stage", ("benchmarks/test_stage.py", "benchmarks/test_keys.py"), 7),
    Part("cycles", ("benchmarks/test_cycles.py", "benchmarks/test_batch.py"), 1.5),
    Part("intake", ("benchmarks/test_intake.py",), 2),
    Part("delivery", ("benchmarks/test_delivery.py",), 2),
    Part("policy", ("benchmarks/test_policy.py",), 0.5),
    Part("drafts", ("benchmarks/test_drafts.py",), 5),
    Part("replay", ("benchmarks/test_replay.py",), 3),
    Part("gateway", ("benchmarks/test_gateway.py",), 0.5),
    Part("memory", ("benchmarks/test_memory.py",), 1),
    Part("weight", ("benchmarks/test_weight.py",), 0.5),
    Part("scale", ("benchmarks/scale",), 8),
    Part("reports", ("benchmarks/test_reports.py",), 8),
)
OTHER = (
    *(Part(name, (f"benchmarks/more/test_{name}.py",), 3, False) for name in ("audit", "board", "labels", "pictures")),
    *(Part(name, (f"benchmarks/more/test_{name}.py",), 3, False) for name in ("engine", "lighthouse", "word_lists")),
    Part("backup", ("benchmarks/more/test_backup.py",), 20, False),
    Part("body_memory", ("benchmarks/more/test_body_memory.py",), 15, False),
    Part("large_results", ("benchmarks/more/test_large_results.py",), 6, False),
    Part("locator", ("benchmarks/locator",), 15, False),
    Part("moderator", ("benchmarks/more/test_moderator.py",), 21, False),
)


class NoSuchPart(Exception):
    """The text names what was asked for, and what there is."""


def chosen(only: str) -> list[Part]:
    """The parts that `only` names, with commas between them; all of the table for nothing. Raises NoSuchPart."""
    names = [name for name in only.replace(",", " ").split() if name]
    known = {part.name: part for part in (*TABLE, *OTHER)}
    if wrong := [name for name in names if name not in known]:
        raise NoSuchPart(f"There is no part {', '.join(wrong)}. ONLY= takes some of these: {', '.join(known)}.")
    return [known[name] for name in names] if names else list(TABLE)
