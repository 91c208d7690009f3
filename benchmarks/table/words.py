"""The table as lines for a terminal, and all of it as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from benchmarks.table.rows import Found, Row, rounded

HEAD = ("row", "measured", "limit", "")


def cells(found: Row) -> tuple[str, str, str, str]:
    return found.goal.what, found.measured_in_words, found.goal.limit_in_words, found.state


def lines(found: Found) -> Iterator[str]:
    """The table, then the curves, then what cases take on disk."""
    table = [HEAD, *(cells(one) for one in found.rows)]
    notes = ["", *(one.note for one in found.rows)]
    yield from (f"{line}  {note}".rstrip() for line, note in zip(aligned(table), notes, strict=True))
    if found.points:
        yield ""
        yield from aligned(curve_table(found))
    if found.sizes:
        yield ""
        yield from aligned(size_table(found))


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their longest cell; the first one begins at the left, others end at the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        numbers = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        yield "  ".join([first.ljust(widths[0]), *numbers]).rstrip()


def curve_table(found: Found) -> list[list[str]]:
    """A row for each curve, a column for each number of tasks that wait."""
    columns = sorted({one.x for one in found.points})
    at = {(one.curve, one.x): one.y for one in found.points}
    units = {one.curve: one.unit for one in found.points}
    head = ["waiting", *(f"{x:,}" for x in columns), ""]
    return [head] + [
        [curve, *(rounded(at[curve, x]) if (curve, x) in at else "–" for x in columns), unit]
        for curve, unit in units.items()
    ]


ON_PAPER = (1_000_000, 10_000_000, 100_000_000)


def size_table(found: Found) -> list[list[str]]:
    """Bytes that a case takes in each table with its indexes, as measured, and what that comes to, on paper."""
    head = ["table, with indexes", "bytes a case", *(f"GB at {cases:,}" for cases in ON_PAPER)]
    sizes = dict(sorted(found.sizes.items(), key=lambda one: -one[1]))
    sizes["all"] = sum(sizes.values())
    return [head] + [
        [table, f"{each:,.0f}", *(rounded(each * cases / 1e9) for cases in ON_PAPER)] for table, each in sizes.items()
    ]


def as_json(found: Found, about: dict[str, Any]) -> dict[str, Any]:
    """`about` is what is known of the machine and the run."""
    rows = [
        {
            "key": one.key,
            "what": one.goal.what,
            "measured": one.measured,
            "limit": one.goal.limit,
            "atLeast": one.goal.is_least,
            "unit": one.goal.unit,
            "state": one.state,
            "note": one.note,
        }
        for one in found.rows
    ]
    return {**about, "rows": rows, "curves": [asdict(one) for one in found.points], "bytesACase": found.sizes}
