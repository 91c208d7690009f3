"""Read and change the names and severities of labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import cast

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation import cache_versions
from moderation.labels import aliases as all_aliases
from moderation.models import Label
from moderation.models.label import MAX_NAME_CHARACTERS
from moderation.policy import BUILT_IN_TAXONOMY, Taxonomy
from moderation.policy.taxonomy import SEVERITIES, Key, Named, Severity

CACHE_VERSION = "labels"

_SAYS_SOMETHING = Q(source=Label.Source.PRODUCT) | ~Q(name_en="") | ~Q(name_zh="") | Q(severity__isnull=False)


def in_force() -> Taxonomy:
    """The labels with their current names and severities. One short query, unless a label was changed."""
    return _TAXONOMY.current()


def name(
    label: Label,
    *,
    name_en: str,
    name_zh: str,
    severity: str | None,
    aliases: Sequence[str] | None = None,
    by: User | str,
    expected_version: str | None = None,
) -> Label:
    """Name and rate a label: "" is no name, None the severity of the level above; `aliases` None leaves those that it
    has. Routed cases are not moved.

    Raises Conflict, and ValueError for an invalid name, severity or alias. A call that changes nothing is not audited.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    wanted = Named(tidy_name(name_en), tidy_name(name_zh), known_severity(severity))
    with transaction.atomic():
        locked = Label.objects.select_for_update(no_key=True).get(pk=label.pk)
        EDITED.check(expected_version, locked)
        before = as_named(locked)
        wanted = replace(wanted, aliases=before.aliases if aliases is None else all_aliases.read(aliases))
        if wanted != before:
            cache_versions.advance(
                CACHE_VERSION
            )  # its row lock serializes changes of aliases, behind the labels' locks
            _write(locked, wanted)
            if wanted.aliases != before.aliases:
                _write_aliases(locked, wanted.aliases)
            audit.record(
                AuditAction.LABEL_NAMED, by=by, on=locked, label=str(locked), before=asdict(before), **asdict(wanted)
            )
    return locked


def as_named(label: Label) -> Named:
    """What administrators said of a label. One query."""
    aliases = all_aliases.by_label(label).get(_key(label), ())
    return Named(label.name_en, label.name_zh, cast("Severity | None", label.severity), aliases)


def _write(label: Label, wanted: Named) -> None:
    label.name_en, label.name_zh, label.severity = wanted.name_en, wanted.name_zh, wanted.severity
    label.save(update_fields=["name_en", "name_zh", "severity"])


def _write_aliases(label: Label, wanted: tuple[str, ...]) -> None:
    said = {_key(label): wanted}
    for fault in all_aliases.check(said, all_aliases.all_of_them()).values():
        raise ValueError(fault)
    all_aliases.write(said)


def _key(label: Label) -> Key:
    return label.risk_label1, label.risk_label2, label.risk_label3


EDITED = Edited(
    lambda label: asdict(named := as_named(label)) | {"aliases": "\n".join(named.aliases)},
    recorded_as=[AuditAction.LABEL_NAMED],
)


def forget() -> None:
    _TAXONOMY.forget()


def _build() -> Taxonomy:
    """Build the taxonomy; the eight categories are in it even without rows."""
    columns = ("risk_label1", "risk_label2", "risk_label3", "name_en", "name_zh", "severity")
    said = dict(BUILT_IN_TAXONOMY.labels)
    rows = Label.objects.filter(_SAYS_SOMETHING).order_by().values_list(*columns)
    for one, two, three, name_en, name_zh, severity in rows:
        said[one, two, three] = Named(name_en, name_zh, cast("Severity | None", severity))
    return Taxonomy(said, all_aliases.all_of_them())


def tidy_name(text: str) -> str:
    tidy = " ".join(text.split())
    if not tidy.isprintable():
        raise ValueError(gettext("A name cannot contain control characters."))
    if len(tidy) > MAX_NAME_CHARACTERS:
        refused = gettext("A name has at most {most} characters; this one has {n}.")
        raise ValueError(refused.format(most=MAX_NAME_CHARACTERS, n=len(tidy)))
    return tidy


def known_severity(severity: str | None) -> Severity | None:
    if severity is None or severity in SEVERITIES:
        return severity
    refused = gettext("There is no severity “{severity}”. Choose one of {known}, or none.")
    raise ValueError(refused.format(severity=severity, known=", ".join(SEVERITIES)))


_TAXONOMY = cache_versions.CachedValue(CACHE_VERSION, _build)
