"""Cells of CSV files that spreadsheets open, and the header by which such files are read.

A spreadsheet runs a cell that starts with = + - @ as a formula, so such a cell is exported with an apostrophe before it
and loses one on import. A cell that already has apostrophes there gets one more, so the round trip loses nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

SEPARATORS = (",", ";", "\t", "|", "；")
SEPARATOR_LINE = re.compile(r'"?sep=([;\t|,])"?')  # as Excel writes and reads it
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_ESCAPED_FORMULA = re.compile("'+[=+\\-@\t\r＝＋－＠]")


class Echo:
    """A file for `csv.writer` whose `writerow` returns the line."""

    def write(self, line: str) -> str:
        return line


class Reader(Protocol):
    """What `csv.reader` returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


def reader(text: str, *, column: str, columns: int) -> Reader:
    """Reads cells separated as a first line `sep=;` says, else as the header is by which it has this column."""
    first = text.partition("\n")[0]
    if told := SEPARATOR_LINE.fullmatch(first.strip().lower()):
        separator = told[1]
    else:
        found = (one for one in SEPARATORS if column in names(first.split(one, columns)))
        separator = next(found, ",")
    return csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)


def header(rows: Reader, text: str) -> list[str]:
    """The names in the header of this text, in lower case; `rows` go on behind it."""
    if SEPARATOR_LINE.fullmatch(text.partition("\n")[0].strip().lower()):
        next(rows)
    return names(next(rows, []))


def names(cells: Sequence[str]) -> list[str]:
    return [cell.strip().strip('"').strip().lower() for cell in cells]


def guarded(cell: str) -> str:
    """The cell as a text that no spreadsheet runs as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell
