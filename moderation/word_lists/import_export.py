"""Import word lists from CSV, and export them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.models import ListedEntry, WordList
from moderation.word_lists import csv_form
from moderation.word_lists.cache import CACHE_VERSION
from moderation.word_lists.changes import Added, check_room, insert
from moderation.word_lists.csv_form import CsvRow
from moderation.word_lists.entries import key_of
from moderation.word_lists.refusals import BadFile, LineError, WordListRefused

FILE_LIMIT_BYTES = 8 * 1024 * 1024
_ERRORS_KEPT = 100
_AT_ONCE = 5_000


def import_csv(file: IO[bytes], *, size: int, into: WordList | None, replace: bool, by: User) -> dict[str, Added]:
    """Import words into the lists that the file names, or into `into`. Returns what was added to which list.

    With `replace`, the words of every list that the file names are removed first. All or nothing: raises BadFile with
    the lines that are wrong, or WordListRefused. `size` is in bytes; the file is read in chunks.
    """
    check(by, Permission.ADMINISTER)
    if size > FILE_LIMIT_BYTES:
        raise WordListRefused(gettext("The file is larger than %(n)d MiB. Split it.") % {"n": FILE_LIMIT_BYTES >> 20})
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)
        lists = WordList.objects.select_for_update(no_key=True).order_by("pk")
        reading = _Reading({own.name: own for own in lists}, into.name if into else None, replace)
        for row in csv_form.read(file):
            reading.take(row)
        reading.finish()
        for arrival in reading.arrivals.values():
            check_room(arrival.word_list)
            arrival.record(replace=replace, by=by)
    return {name: Added(arrival.added, arrival.duplicates) for name, arrival in reading.arrivals.items()}


def export_csv(word_list: WordList | None, *, by: User) -> Iterator[str]:
    """Lines of CSV: of one list, or of all. Recorded before the first of them leaves."""
    check(by, Permission.ADMINISTER)
    name = word_list.name if word_list else ""
    audit.record(AuditAction.WORD_LIST_EXPORTED, by=by, on=word_list or WordList(), name=name)
    entries = ListedEntry.objects.order_by("word_list__name", "pk")
    if word_list is not None:
        entries = entries.filter(word_list=word_list)
    return csv_form.write(entries.values_list("word_list__name", "text").iterator(chunk_size=_AT_ONCE))


@dataclass
class _Arrival:
    """The words for one list."""

    word_list: WordList
    removed: int = 0
    added: int = 0
    read: int = 0
    waiting: list[tuple[str, str]] = field(default_factory=list)

    @property
    def duplicates(self) -> int:
        return self.read - self.added

    def write(self) -> None:
        self.added += insert(self.word_list, self.waiting)
        self.waiting.clear()

    def record(self, *, replace: bool, by: User) -> None:
        counts = {"added": self.added, "duplicates": self.duplicates, "removed": self.removed}
        audit.record(
            AuditAction.WORD_LIST_IMPORTED,
            by=by,
            on=self.word_list,
            name=self.word_list.name,
            replace=replace,
            **counts,
        )


class _Reading:
    """The import of one file. After the first error nothing more is written, only checked."""

    def __init__(self, lists: dict[str, WordList], into: str | None, replace: bool) -> None:
        self.arrivals: dict[str, _Arrival] = {}
        self._lists, self._into, self._replace = lists, into, replace
        self._errors: list[LineError] = []
        self._mistakes = 0

    def take(self, row: CsvRow | LineError) -> None:
        if isinstance(row, LineError):
            return self._refuse(row)
        try:
            arrival = self._arrival(row)
            arrival.waiting.append((row.word, key_of(row.word, kind=arrival.word_list.kind)))
        except WordListRefused as refusal:
            return self._refuse(LineError(row.line, str(refusal)))
        arrival.read += 1
        if len(arrival.waiting) >= _AT_ONCE and not self._mistakes:
            arrival.write()
        return None

    def finish(self) -> None:
        if self._mistakes:
            raise BadFile(self._errors, self._mistakes)
        if not self.arrivals:
            raise WordListRefused(gettext("The file contains no words."))
        for arrival in self.arrivals.values():
            arrival.write()

    def _refuse(self, error: LineError) -> None:
        self._mistakes += 1
        if len(self._errors) < _ERRORS_KEPT:
            self._errors.append(error)

    def _arrival(self, row: CsvRow) -> _Arrival:
        name = self._into if row.list_name is None else row.list_name
        if name is None:
            raise WordListRefused(gettext("Which list is this word for? Send two columns: list, word."))
        if self._into not in (None, name):
            raise WordListRefused(gettext("This word is for the list “%(name)s”, not for this one.") % {"name": name})
        if name not in self._lists:
            raise WordListRefused(gettext("There is no list “%(name)s”. Make it first.") % {"name": name})
        if name not in self.arrivals:
            self.arrivals[name] = self._begin(self._lists[name])
        return self.arrivals[name]

    def _begin(self, word_list: WordList) -> _Arrival:
        removed = ListedEntry.objects.filter(word_list=word_list).delete()[0] if self._replace else 0
        return _Arrival(word_list, removed)
