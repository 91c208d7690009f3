"""Cells of CSV files that spreadsheets open.

A spreadsheet runs a cell that starts with = + - @ as a formula, so such a cell is exported with an apostrophe before it
and loses one on import. A cell that already has apostrophes there gets one more, so the round trip loses nothing.
"""

from __future__ import annotations

import re

SEPARATORS = (",", ";", "\t", "|", "；")
SEPARATOR_LINE = re.compile(r'"?sep=([;\t|,])"?')  # as Excel writes and reads it
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_ESCAPED_FORMULA = re.compile("'+[=+\\-@\t\r＝＋－＠]")


class Echo:
    """A file for `csv.writer` whose `writerow` returns the line."""

    def write(self, line: str) -> str:
        return line


def guarded(cell: str) -> str:
    """The cell as a text that no spreadsheet runs as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell
