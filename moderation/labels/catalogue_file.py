"""The catalogue of labels as a file, CSV or JSON. Pure: bytes in, rows and faults out, and the other way round.

A CSV has a header with `path` and at least one of the other columns, in any order, separated by comma, semicolon, tab
or |; a first line `sep=;` may say which. JSON is a list of objects with the same names, or {"labels": [such a list]}.
An empty cell, or a name that is left out, leaves what the label has. In a path the levels are separated by /; a slash
inside an identifier is written %2F, a space at its end %20, and a percent sign %25. `aliases` are paths too: several in
a cell are separated by semicolons (one inside an identifier is written %3B), in JSON they are a list.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from typing import Any

from django.utils.translation import gettext

from moderation import csv_cells
from moderation.csv_cells import Echo, bare, guarded
from moderation.policy.taxonomy import Key

COLUMNS = ("path", "name_en", "name_zh", "severity", "aliases")
LEVELS = 3
SHOWN_CHARACTERS = 60  # of a cell in a sentence


@dataclass(frozen=True, slots=True)
class FileRow:
    """One label as the file says it, with the line (of CSV) or the entry (of JSON) it stands at, from 1."""

    place: int
    path: str
    name_en: str = ""
    name_zh: str = ""
    severity: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one line or entry; `place` 0 is the file as a whole."""

    place: int
    detail: str


class UnreadableFile(ValueError):
    """The file cannot be read on from `fault`."""

    def __init__(self, place: int, detail: str) -> None:
        super().__init__(detail)
        self.fault = Fault(place, detail)


def is_json(content: bytes) -> bool:
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")


def read(content: bytes) -> Iterator[FileRow | Fault]:
    """The rows and faults in their order. Raises UnreadableFile."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(line, gettext("This is not UTF-8. Save the file as “CSV UTF-8”.")) from None
    return _read_json(text) if is_json(content) else _read_csv(text)


def write_csv(rows: Iterable[FileRow]) -> Iterator[str]:
    """CSV lines, CRLF, with a byte order mark so that a spreadsheet reads UTF-8."""
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in rows:
        cells = [*astuple(row)[1:-1], "; ".join(row.aliases)]
        yield str(writer.writerow([guarded(cell) for cell in cells]))


def write_json(rows: Iterable[FileRow]) -> Iterator[str]:
    """One entry a line."""
    yield '{"labels": ['
    for before, row in zip(chain(["\n"], iter(lambda: ",\n", "")), rows, strict=False):
        yield before + json.dumps(dict(zip(COLUMNS, astuple(row)[1:], strict=True)), ensure_ascii=False)
    yield "\n]}\n"


def path_text(levels: Iterable[str]) -> str:
    """The path of a label; levels that are not given at its end are left out."""
    return "/".join(map(_escaped, levels)).rstrip("/")


def levels_of(path: str) -> Key | None:
    """The three levels of a path, without the spaces around them; None when there are more."""
    levels = [_plain(level) for level in path.strip(" ").rstrip("/").split("/")]
    one, two, three = [*levels, "", ""][:LEVELS]
    return None if len(levels) > LEVELS else (one, two, three)


def shown(text: str) -> str:
    """A cell in a sentence: short, and without characters that would turn or hide the rest of it."""
    plain = "".join(sign if sign.isprintable() else "�" for sign in text[:SHOWN_CHARACTERS])
    return plain + "…" * (len(text) > SHOWN_CHARACTERS)


def _escaped(level: str) -> str:
    level = level.replace("%", "%25").replace("/", "%2F").replace(";", "%3B")
    return level if level == level.strip(" ") else level.replace(" ", "%20")


def _plain(level: str) -> str:
    return level.strip(" ").replace("%20", " ").replace("%3B", ";").replace("%2F", "/").replace("%25", "%")


def _read_csv(text: str) -> Iterator[FileRow | Fault]:
    reader = csv_cells.reader(text, column="path", columns=len(COLUMNS))
    try:
        columns = _columns(csv_cells.header(reader, text), reader.line_num)
        for cells in reader:
            if any(map(str.strip, cells)):
                yield _csv_row(reader.line_num, columns, cells)
    except csv.Error as error:
        raise UnreadableFile(reader.line_num, gettext("This is not CSV: %(why)s.") % {"why": error}) from None


def _columns(names: list[str], line: int) -> list[str]:
    unknown = [name for name in names if name not in COLUMNS]
    if "path" not in names or len(names) < 2:
        told = gettext("The first line has to name the columns, separated by commas: {columns}.")
        raise UnreadableFile(line, told.format(columns=", ".join(COLUMNS)))
    if unknown:
        told = gettext("There is no column “{name}”. The columns are {columns}.")
        raise UnreadableFile(line, told.format(name=shown(unknown[0]), columns=", ".join(COLUMNS)))
    if len(set(names)) < len(names):
        raise UnreadableFile(line, gettext("A column is there twice."))
    return names


def _csv_row(line: int, columns: Sequence[str], cells: Sequence[str]) -> FileRow | Fault:
    if len(cells) != len(columns):
        told = gettext("There are {n} cells below {columns} columns.")
        return Fault(line, told.format(n=len(cells), columns=len(columns)))
    said = {name: bare(cell) for name, cell in zip(columns, cells, strict=True)}
    return FileRow(line, aliases=_split(said.pop("aliases", "")), **said)


def _split(aliases: str) -> tuple[str, ...]:
    return tuple(alias for alias in map(str.strip, aliases.split(";")) if alias)


def _read_json(text: str) -> Iterator[FileRow | Fault]:
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(0, gettext("This is not JSON: %(why)s.") % {"why": error}) from None
    if isinstance(entries, dict):
        entries = entries.get("labels")
    if not isinstance(entries, list):
        raise UnreadableFile(0, gettext("JSON has to be a list of labels, or an object with a list “labels”."))
    for number, entry in enumerate(entries, 1):
        yield _json_row(number, entry)


def _json_row(number: int, entry: Any) -> FileRow | Fault:
    if not isinstance(entry, dict) or not isinstance(entry.get("path"), str):
        return Fault(number, gettext("This is no object with a “path”."))
    aliases = entry.get("aliases") or []
    if isinstance(aliases, str):
        aliases = _split(aliases)
    if not isinstance(aliases, list | tuple) or not all(isinstance(one, str) for one in aliases):
        return Fault(number, gettext("“aliases” is no list of texts."))
    said = {name: value for name, value in entry.items() if name != "aliases"}
    for name, value in said.items():
        if name not in COLUMNS:
            told = gettext("There is no column “{name}”. The columns are {columns}.")
            return Fault(number, told.format(name=shown(name), columns=", ".join(COLUMNS)))
        if not isinstance(value, str | None):
            return Fault(number, gettext("“{name}” is no text.").format(name=name))
    return FileRow(number, aliases=tuple(aliases), **{name: value or "" for name, value in said.items()})
