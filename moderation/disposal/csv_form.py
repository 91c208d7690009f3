"""A mapping as CSV: `label`, then the customer's labels, description and level. Pure: text in, rows out, and back.

A header names the columns, in any order; `label` and `riskLabel1` have to be there. Separated by comma, semicolon, tab
or |; a first line `sep=;` may say which.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from moderation import csv_cells
from moderation.csv_cells import Echo, bare, guarded
from moderation.disposal.entries import DisposalRefused
from moderation.disposal.mapping import Own

COLUMNS = ("label", "riskLabel1", "riskLabel2", "riskLabel3", "riskDescription", "riskLevel")
NEEDED = ("label", "riskLabel1")
_FIELDS = ("risk_label1", "risk_label2", "risk_label3", "risk_description", "risk_level")


@dataclass(frozen=True, slots=True)
class MappedRow:
    """`line` is where the row ends, from 1."""

    line: int
    label: str
    own: Own


def read(content: bytes) -> Iterator[MappedRow]:
    """Raises DisposalRefused at the first line that cannot be read."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DisposalRefused(gettext("This is not UTF-8. Save the file as “CSV UTF-8”.")) from None
    reader = csv_cells.reader(text, column="label", columns=len(COLUMNS))
    try:
        columns = _columns(csv_cells.header(reader, text))
        for cells in reader:
            if any(map(str.strip, cells)):
                yield _row(reader.line_num, columns, cells)
    except csv.Error as error:
        raise DisposalRefused(gettext("This is not CSV: %(why)s.") % {"why": error}) from None


def write(rows: Iterable[tuple[str, Own]]) -> Iterator[str]:
    """Lines, CRLF, with a byte order mark so that a spreadsheet reads UTF-8."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for label, own in rows:
        cells = [label, *(getattr(own, name) for name in _FIELDS)]
        yield str(writer.writerow([guarded(cell) for cell in cells]))


def _columns(names: list[str]) -> list[str]:
    by_name = {column.lower(): column for column in COLUMNS}
    known = [by_name[name] for name in names if name in by_name]
    if len(known) < len(names) or len(set(known)) < len(known) or not set(NEEDED) <= set(known):
        told = gettext("The first line has to name the columns, each once: {columns}.")
        raise DisposalRefused(told.format(columns=", ".join(COLUMNS)))
    return known


def _row(line: int, columns: list[str], cells: list[str]) -> MappedRow:
    if len(cells) != len(columns):
        told = gettext("Line {line}: there are {n} cells below {columns} columns.")
        raise DisposalRefused(told.format(line=line, n=len(cells), columns=len(columns)))
    values = {name: bare(cell.strip()) for name, cell in zip(columns, cells, strict=True)}
    own = Own(*(values.get(column, "") for column in COLUMNS[1:]))
    return MappedRow(line, values["label"], own)
