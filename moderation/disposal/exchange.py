"""Import a mapping from CSV, and export it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import IO

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.disposal import csv_form
from moderation.disposal.entries import MOST_ENTRIES, DisposalRefused, checked, key_of
from moderation.disposal.in_force import CACHE_VERSION, own_of
from moderation.disposal.mapping import Own
from moderation.models import OwnLabel

FILE_LIMIT_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    added: int
    replaced: int
    removed: int
    unchanged: int


def import_csv(
    app: App, file: IO[bytes], *, size: int, replace: bool, by: User, expected_version: str | None = None
) -> Imported:
    """Map what the file says; with `replace`, nothing else. All or nothing.

    Raises DisposalRefused, also when the mapping is not the one of `expected_version` any more.
    """
    check(by, Permission.ADMINISTER)
    if size > FILE_LIMIT_BYTES:
        raise DisposalRefused(gettext("The file is larger than %(n)d MiB. Split it.") % {"n": FILE_LIMIT_BYTES >> 20})
    wanted = _read(file.read(FILE_LIMIT_BYTES + 1))
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)  # its row lock serializes all changes
        present = {row.key: row for row in OwnLabel.objects.filter(app=app).select_for_update().order_by("pk")}
        if expected_version not in (None, _digest(present)):
            refused = gettext(
                "Somebody changed the mapping after you had opened the page. Look at it, then import again."
            )
            raise DisposalRefused(refused)
        counts = _write(app, present, wanted, replace=replace)
        audit.record(AuditAction.OWN_LABELS_IMPORTED, by=by, on=app, replace=replace, **asdict(counts))
    return counts


def export_csv(app: App, *, by: User) -> Iterator[str]:
    check(by, Permission.ADMINISTER)
    rows = OwnLabel.objects.filter(app=app).order_by("key").iterator(chunk_size=1_000)
    return csv_form.write((row.label, own_of(row)) for row in rows)


def version_of(app: App) -> str:
    """The mapping as it is now, for `expected_version`."""
    return _digest({row.key: row for row in OwnLabel.objects.filter(app=app)})


def _digest(rows: Mapping[str, OwnLabel]) -> str:
    told = sorted((key, row.label, *asdict(own_of(row)).values()) for key, row in rows.items())
    return sha256(repr(told).encode()).hexdigest()[:32]


def _read(content: bytes) -> dict[str, tuple[str, Own]]:
    """Label and entry by the label's key."""
    wanted: dict[str, tuple[str, Own]] = {}
    lines: dict[str, int] = {}
    for row in csv_form.read(content):
        try:
            key, own = key_of(row.label), checked(row.own)
        except DisposalRefused as refusal:
            told = gettext("Line {line}: {why}").format(line=row.line, why=refusal)
            raise DisposalRefused(told) from None
        if key in wanted:
            told = gettext("Line {line}: the label “{label}” is in line {other} already.")
            raise DisposalRefused(told.format(line=row.line, label=row.label[:100], other=lines[key]))
        wanted[key], lines[key] = (row.label, own), row.line
    if not wanted:
        raise DisposalRefused(gettext("The file contains no labels."))
    return wanted


def _write(
    app: App, present: Mapping[str, OwnLabel], wanted: Mapping[str, tuple[str, Own]], *, replace: bool
) -> Imported:
    new = {key: one for key, one in wanted.items() if key not in present}
    other = {key: own for key, (_, own) in wanted.items() if key in present and own_of(present[key]) != own}
    gone = [row.pk for key, row in present.items() if replace and key not in wanted]
    if len(present) + len(new) - len(gone) > MOST_ENTRIES:
        raise DisposalRefused(gettext("An app has at most {most} entries.").format(most=MOST_ENTRIES))
    OwnLabel.objects.filter(pk__in=gone).delete()
    OwnLabel.objects.bulk_create(
        OwnLabel(app=app, label=label, key=key, **asdict(own)) for key, (label, own) in new.items()
    )
    for key, own in other.items():
        for name, value in asdict(own).items():
            setattr(present[key], name, value)
    OwnLabel.objects.bulk_update([present[key] for key in other], list(Own.__slots__), batch_size=500)
    return Imported(len(new), len(other), len(gone), len(wanted) - len(new) - len(other))
