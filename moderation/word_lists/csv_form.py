"""Word lists as CSV: one column (word), or two (list, word). Pure: bytes in, rows out, and the other way round.

Spreadsheets of many countries separate by semicolon or tab: a header (`list;word`) or a first line `sep=;` tells which.
Where neither is there and every line has the same other separator, nothing is guessed: the file is refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO

from django.utils.translation import gettext

from moderation.csv_cells import SEPARATOR_LINE, SEPARATORS, Echo, bare, guarded
from moderation.word_lists.refusals import BadFile, LineError

HEADER = ["list", "word"]
SUSPECTS = (";", "\t", "；")  # not |, which patterns have
LOOKED_AT = 50  # lines


@dataclass(frozen=True, slots=True)
class CsvRow:
    """`line` is where the row ends, from 1; `list_name` is None in a file of one column."""

    line: int
    list_name: str | None
    word: str


def read(file: IO[bytes]) -> Iterator[CsvRow | LineError]:
    """Yields rows and errors as the file is read. Raises BadFile where reading cannot continue."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    reader = csv.reader(())
    try:
        head = list(islice(lines, LOOKED_AT))
        reader = csv.reader(chain(head, lines), strict=True, delimiter=_separator(head))
        # Lines, of which the last is a header.
        preamble = 2 if head and SEPARATOR_LINE.fullmatch(_bare_line(head[0])) else 1
        for number, cells in enumerate(reader):
            is_preamble = number < preamble and (_is_header(cells) or number < preamble - 1)
            if any(cell.strip() for cell in cells) and not is_preamble:
                yield _row(reader.line_num, [bare(cell.strip()) for cell in cells])
    except UnicodeDecodeError:
        raise _unreadable(reader.line_num + 1, gettext("This is not UTF-8. Save the file as “CSV UTF-8”.")) from None
    except csv.Error as error:
        raise _unreadable(reader.line_num, gettext("This is not CSV: %(why)s.") % {"why": error}) from None
    finally:
        lines.detach()  # the file belongs to the caller


def write(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Lines of (list, word), CRLF, with a byte order mark so that a spreadsheet reads UTF-8."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield "\ufeff" + str(writer.writerow(HEADER))
    for cells in rows:
        yield str(writer.writerow([guarded(cell) for cell in cells]))


def _row(line: int, cells: list[str]) -> CsvRow | LineError:
    if len(cells) == 1:
        return CsvRow(line, None, cells[0])
    if len(cells) == 2:
        return CsvRow(line, cells[0], cells[1])
    return LineError(line, gettext("There are %(n)d columns; send one (word) or two (list, word).") % {"n": len(cells)})


def _separator(head: list[str]) -> str:
    """What the first line says, else a comma. Raises BadFile when it may be another."""
    first = _bare_line(head[0]) if head else ""
    if told := SEPARATOR_LINE.fullmatch(first):
        return told[1]
    if header := next((one for one in SEPARATORS if _is_header(first.split(one))), None):
        return header
    if suspect := next((one for one in SUSPECTS if _separates_all(head, one)), None):
        text = gettext(
            "Every line has a “%(sign)s”. If it separates columns, begin the file with the line list%(sign)sword; if "
            "it is a part of the words, put each into quotation marks."
        )
        raise _unreadable(1, text % {"sign": suspect.replace("\t", "⇥")})
    return ","


def _separates_all(head: list[str], separator: str) -> bool:
    """Whether each of the first lines has it outside of quotation marks, and none has a comma to separate by."""
    rows = [line for line in head if line.strip()]
    with suppress(csv.Error):
        split, by_comma = (list(csv.reader(rows, strict=True, delimiter=one)) for one in (separator, ","))
        return bool(split) and all(len(cells) > 1 for cells in split) and any(len(cells) != 2 for cells in by_comma)
    return False


def _bare_line(line: str) -> str:
    return line.strip(" \r\n").lower()


def _is_header(cells: list[str]) -> bool:
    return [cell.strip().strip('"').lower() for cell in cells] in (HEADER, HEADER[1:])


def _unreadable(line: int, detail: str) -> BadFile:
    return BadFile([LineError(line, detail)], 1)
