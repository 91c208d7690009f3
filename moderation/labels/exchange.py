"""Import the catalogue of labels from a file, and export it.

An import has two steps. `propose` reads the file and tells what it would change; nothing is written. `apply` writes
what was proposed, if each of those labels still is as it was then: else it raises Overtaken, with the proposal renewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, Any, cast

from django.db import connection, transaction
from django.utils.translation import gettext, ngettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.labels import aliases
from moderation.labels.catalogue_file import (
    Fault,
    FileRow,
    UnreadableFile,
    is_json,
    levels_of,
    path_text,
    read,
    shown,
    write_csv,
    write_json,
)
from moderation.labels.naming import CACHE_VERSION, in_force, known_severity, tidy_name
from moderation.labels.proposal import Change, ImportRefused, Overtaken, Proposal, read_token
from moderation.models import Label
from moderation.models.label import MAX_IDENTIFIER_CHARACTERS
from moderation.policy import BUILT_IN_TAXONOMY
from moderation.policy.taxonomy import Key, Named, Severity

FILE_LIMIT_BYTES = 4 * 1024 * 1024
MAX_ROWS = 20_000  # of a file, and labels in all that were never seen
FAULTS_SHOWN = 20
_AT_ONCE = 5_000
_FIELDS = ("risk_label1", "risk_label2", "risk_label3", "name_en", "name_zh", "severity")

_INSERT = """
INSERT INTO moderation_label
       (risk_label1, risk_label2, risk_label3, raw_risk_label1, name_en, name_zh, source, first_seen_at)
SELECT one, two, three, raw, '', '', 'product', NULL
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY AS sent (one, two, three, raw, place)
 ORDER BY place
ON CONFLICT (risk_label1, risk_label2, risk_label3) DO NOTHING
"""
_LOCK = """
SELECT risk_label1, risk_label2, risk_label3, name_en, name_zh, severity
  FROM moderation_label JOIN unnest(%s::text[], %s::text[], %s::text[]) AS sent (one, two, three)
    ON (risk_label1, risk_label2, risk_label3) = (one, two, three)
 ORDER BY id
   FOR NO KEY UPDATE OF moderation_label
"""
_UPDATE = """
UPDATE moderation_label
   SET name_en = sent.en, name_zh = sent.zh, severity = sent.rated
  FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
       AS sent (one, two, three, en, zh, rated)
 WHERE (risk_label1, risk_label2, risk_label3) = (one, two, three)
"""


def export(*, as_json: bool, by: User) -> Iterator[str]:
    """The whole catalogue, by path; level 1 as it was first seen. Administrators and auditors may."""
    check(by, Permission.READ_AUDIT)
    rows = Label.objects.values_list("raw_risk_label1", *_FIELDS).iterator(chunk_size=_AT_ONCE)
    others = aliases.by_label()
    told = (
        FileRow(0, _path(raw, (one, two, three)), en, zh, rated or "", others.get((one, two, three), ()))
        for raw, one, two, three, en, zh, rated in rows
    )
    return write_json(told) if as_json else write_csv(told)


def propose(file: IO[bytes], *, size: int, by: User) -> Proposal:
    """What the file would change. Raises ImportRefused with what is wrong in it."""
    check(by, Permission.ADMINISTER)
    if size > FILE_LIMIT_BYTES:
        raise ImportRefused(gettext("The file is larger than %(n)d MiB. Split it.") % {"n": FILE_LIMIT_BYTES >> 20})
    content = file.read(FILE_LIMIT_BYTES + 1)
    reading = _Reading(_present(), as_json=is_json(content))
    try:
        for row in read(content):
            reading.take(row)
    except UnreadableFile as error:
        reading.refuse(error.fault)
    return reading.proposal()


def apply(token: str, *, by: User) -> Proposal:
    """Write what `propose` told. Raises Overtaken, and ImportRefused for a token that is none."""
    check(by, Permission.ADMINISTER)
    proposal = read_token(token)
    if not proposal.changes:
        return proposal
    with transaction.atomic():
        _insert(proposal.changes)
        present = _lock(proposal.changes)
        cache_versions.advance(CACHE_VERSION)  # its row lock serializes changes of aliases
        _check_unchanged(proposal, _with_aliases(present))
        _update(proposal.changes)
        _set_aliases(proposal.changes)
        audit.record(AuditAction.LABELS_IMPORTED, by=by, on=Label(), **proposal.counts)
    return proposal


class _Reading:
    """The rows of one file against the labels that there are."""

    def __init__(self, present: Mapping[Key, Named], *, as_json: bool) -> None:
        self._present, self._as_json, self._canonical = present, as_json, in_force().canonical
        self._places: dict[Key, int] = {}
        self._changes: list[Change] = []
        self._faults: list[str] = []
        self._rows, self._total = 0, 0

    def take(self, row: FileRow | Fault) -> None:
        """Raises UnreadableFile after MAX_ROWS of them, right or wrong: two million wrong ones would take 18 s."""
        self._rows += 1
        if self._rows > MAX_ROWS:
            raise UnreadableFile(row.place, gettext("A file has at most {n} labels. Split it.").format(n=MAX_ROWS))
        if isinstance(row, Fault):
            return self.refuse(row)
        try:
            self._take(row)
        except ValueError as error:
            self.refuse(Fault(row.place, str(error)))
        return None

    def refuse(self, fault: Fault) -> None:
        self._total += 1
        if len(self._faults) < FAULTS_SHOWN:
            self._faults.append(self._told(fault))

    def proposal(self) -> Proposal:
        """Raises ImportRefused."""
        said = {one.key: one.after.aliases for one in self._changes}
        for key, fault in aliases.check(said, aliases.all_of_them()).items():
            self.refuse(Fault(self._places[key], fault))
        if self._total:
            told = ngettext("%(n)d line has a mistake", "%(n)d lines have a mistake", self._total) % {"n": self._total}
            refused = gettext("%(said)s; nothing was imported.") % {"said": told}
            raise ImportRefused(refused, self._faults, self._total)
        if not self._places:
            raise ImportRefused(gettext("The file contains no labels."))
        changes = sorted(self._changes, key=lambda one: one.key)
        _check_room(changes)
        return Proposal(tuple(changes), len(self._places) - len(changes))

    def _take(self, row: FileRow) -> None:
        raw, key = self._key(row.path)
        if key in self._places:
            told = gettext("The label “{path}” is in {place} already.")
            raise ValueError(told.format(path=shown(row.path), place=self._place(self._places[key])))
        self._places[key] = row.place
        rated = known_severity(shown(row.severity.strip().lower()) or None)
        wanted = Named(tidy_name(row.name_en), tidy_name(row.name_zh), rated, aliases.read(row.aliases))
        change = Change(key, raw, self._present.get(key), wanted)
        if change.before != change.after:
            self._changes.append(change)

    def _key(self, path: str) -> tuple[str, Key]:
        """Level 1 as written, and the label."""
        if (levels := levels_of(path)) is None:
            raise ValueError(gettext("“{path}” has more than three levels.").format(path=shown(path)))
        one, two, three = levels
        key = (self._canonical(one), two, three)
        if key[0].strip() in ("", "normal") or not all(map(str.isprintable, (one, *key))):
            raise ValueError(gettext("“{path}” is no path of a label.").format(path=shown(path)))
        if max(map(len, (one, *key))) > MAX_IDENTIFIER_CHARACTERS:
            told = gettext("A level has at most {most} characters: “{path}”.")
            raise ValueError(told.format(most=MAX_IDENTIFIER_CHARACTERS, path=shown(path)))
        return one, key

    def _told(self, fault: Fault) -> str:
        place = self._place(fault.place)
        return f"{place[0].upper()}{place[1:]}: {fault.detail}" if fault.place else fault.detail

    def _place(self, number: int) -> str:
        told = gettext("entry {number}") if self._as_json else gettext("line {number}")
        return told.format(number=number)


def _path(raw: str, key: Sequence[str]) -> str:
    """With level 1 as first seen, if it reads as this label again."""
    one, *below = key
    return path_text((raw if BUILT_IN_TAXONOMY.canonical(raw) == one else one, *below))


def _present() -> dict[Key, Named]:
    rows = Label.objects.order_by().values_list(*_FIELDS).iterator(chunk_size=_AT_ONCE)
    return _with_aliases(dict(map(_named, rows)))


def _with_aliases(labels: Mapping[Key, Named]) -> dict[Key, Named]:
    others = aliases.by_label()
    return {key: replace(named, aliases=others.get(key, ())) for key, named in labels.items()}


def _named(row: Sequence[Any]) -> tuple[Key, Named]:
    one, two, three, name_en, name_zh, severity = row
    return (one, two, three), Named(name_en, name_zh, cast("Severity | None", severity))


def _check_room(changes: Iterable[Change]) -> None:
    new = sum(change.before is None for change in changes)
    if new and new + Label.objects.filter(source=Label.Source.PRODUCT).count() > MAX_ROWS:
        raise ImportRefused(gettext("At most {n} labels can be listed before they are seen.").format(n=MAX_ROWS))


def _insert(changes: Sequence[Change]) -> None:
    """The new ones, without names, in sorted order as `registration` has it."""
    new = [change for change in changes if change.before is None]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*_keys(new), [change.raw for change in new]])


def _lock(changes: Sequence[Change]) -> dict[Key, Named]:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, _keys(changes))
        return dict(map(_named, cursor.fetchall()))


def _update(changes: Sequence[Change]) -> None:
    after = [change.after for change in changes]
    names = [one.name_en for one in after], [one.name_zh for one in after]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [*_keys(changes), *names, [one.severity for one in after]])


def _set_aliases(changes: Sequence[Change]) -> None:
    """Raises ImportRefused when somebody gave one of them to another label meanwhile."""
    said = {one.key: one.after.aliases for one in changes if one.after.aliases != (one.before or Named()).aliases}
    faults = aliases.check(said, aliases.all_of_them())
    if faults:
        raise ImportRefused(next(iter(faults.values())), list(faults.values()), len(faults))
    aliases.write(said)


def _keys(changes: Sequence[Change]) -> list[list[str]]:
    return [[change.key[level] for change in changes] for level in range(3)]


def _check_unchanged(proposal: Proposal, present: Mapping[Key, Named]) -> None:
    """A new label that was registered meanwhile, without a name, is as it was."""
    pairs = [(one, one.before or Named(), present.get(one.key, Named())) for one in proposal.changes]
    differences = [(one.path, before, now) for one, before, now in pairs if before != now]
    if differences:
        renewed = [replace(one, before=one.before if before == now else now) for one, before, now in pairs]
        left = tuple(one for one in renewed if one.before != one.after)
        raise Overtaken(differences, Proposal(left, proposal.unchanged + len(renewed) - len(left)))
