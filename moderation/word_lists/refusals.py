"""The errors of word lists, with messages for the person who made the change."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, ngettext


class WordListRefused(ValueError):
    """Nothing was written; retrying does not help."""


@dataclass(frozen=True, slots=True)
class LineError:
    """`line` counts from 1, as an editor does."""

    line: int
    detail: str

    def __str__(self) -> str:
        return gettext("Line %(line)d: %(detail)s") % {"line": self.line, "detail": self.detail}


class BadFile(WordListRefused):
    """A file with errors. `errors` are the first of them, `total` is how many there are."""

    def __init__(self, errors: list[LineError], total: int) -> None:
        said = ngettext("%(n)d line has a mistake", "%(n)d lines have a mistake", total) % {"n": total}
        super().__init__(gettext("%(said)s; nothing was imported.") % {"said": said})
        self.errors, self.total = tuple(errors), total
