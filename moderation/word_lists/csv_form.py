"""Word lists as CSV: one column (word), or two (list, word). Pure: bytes in, rows out, and the other way round.

A spreadsheet runs a cell that starts with = + - @ as a formula, so such a cell is exported with an apostrophe before it
and loses one on import. A cell that already has apostrophes there gets one more, so the round trip loses nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext

from moderation.word_lists.refusals import BadFile, LineError

HEADER = ["list", "word"]
_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_ESCAPED_FORMULA = re.compile("'+[=+\\-@\t\r＝＋－＠]")


@dataclass(frozen=True, slots=True)
class CsvRow:
    """`line` is where the row ends, from 1; `list_name` is None in a file of one column."""

    line: int
    list_name: str | None
    word: str


class _Echo:
    def write(self, line: str) -> str:
        return line


def read(file: IO[bytes]) -> Iterator[CsvRow | LineError]:
    """Yields rows and errors as the file is read. Raises BadFile where reading cannot continue."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(lines, strict=True)
    try:
        for number, cells in enumerate(reader):
            if any(cell.strip() for cell in cells) and not (number == 0 and _is_header(cells)):
                yield _row(reader.line_num, [bare(cell.strip()) for cell in cells])
    except UnicodeDecodeError:
        raise _unreadable(reader.line_num + 1, gettext("This is not UTF-8. Save the file as “CSV UTF-8”.")) from None
    except csv.Error as error:
        raise _unreadable(reader.line_num, gettext("This is not CSV: %(why)s.") % {"why": error}) from None
    finally:
        lines.detach()  # the file belongs to the caller


def write(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of (list, word), CRLF, with a byte order mark so that a spreadsheet reads UTF-8."""
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + str(writer.writerow(HEADER))
    for cells in rows:
        yield str(writer.writerow([guarded(cell) for cell in cells]))


def guarded(cell: str) -> str:
    """The cell as a text that no spreadsheet runs as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def bare(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if _ESCAPED_FORMULA.match(cell) else cell


def _row(line: int, cells: list[str]) -> CsvRow | LineError:
    if len(cells) == 1:
        return CsvRow(line, None, cells[0])
    if len(cells) == 2:
        return CsvRow(line, cells[0], cells[1])
    return LineError(line, gettext("There are %(n)d columns; send one (word) or two (list, word).") % {"n": len(cells)})


def _is_header(cells: list[str]) -> bool:
    return [cell.strip().lower() for cell in cells] in (HEADER, HEADER[1:])


def _unreadable(line: int, detail: str) -> BadFile:
    return BadFile([LineError(line, detail)], 1)
