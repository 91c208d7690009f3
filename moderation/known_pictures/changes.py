"""Add a case's picture to the known ones of its app, and remove it. Changes apply to the next picture."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from moderation import cache_versions
from moderation.known_pictures.in_force import CACHE_VERSION
from moderation.labels.catalogue_file import levels_of, path_text
from moderation.models import Case, KnownPicture, Label
from moderation.models.known_picture import LONGEST_NOTE

MOST = 10_000  # of one app


class KnownPictureRefused(ValueError):
    pass


def add(case: Case, *, sha256: str, likeness: str, label: str, note: str, by: User) -> KnownPicture:
    """Who may decide cases may add one: it makes no picture final by itself, policy judges its label. The caller has
    checked that this person sees the case. Raises KnownPictureRefused.
    """
    check(by, Permission.DECIDE)
    path = _known_label(label)
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)  # its row lock serializes all changes
        _check_room(case.app, sha256)
        row = KnownPicture.objects.create(
            app=case.app, sha256=sha256, likeness=likeness, label=path, note=note[:LONGEST_NOTE], case=case, added_by=by
        )
        told = {"label": path, "sha256": sha256, "case": case.pk, "note": row.note}
        audit.record(AuditAction.KNOWN_PICTURE_ADDED, by=by, on=case.app, picture=row.pk, **told)
    return row


def remove(row: KnownPicture, *, by: User) -> None:
    """Removing it again changes nothing."""
    check(by, Permission.ADMINISTER)
    with transaction.atomic():
        cache_versions.advance(CACHE_VERSION)
        locked = KnownPicture.objects.select_for_update().select_related("app").filter(pk=row.pk).first()
        if locked is None:
            return
        told = {"label": locked.label, "sha256": locked.sha256, "note": locked.note}
        audit.record(AuditAction.KNOWN_PICTURE_REMOVED, by=by, on=locked.app, picture=locked.pk, **told)
        locked.delete()


def _known_label(text: str) -> str:
    """The path of a label of the catalogue."""
    levels = levels_of(text)
    names = ("risk_label1", "risk_label2", "risk_label3")
    if levels is None or not Label.objects.filter(**dict(zip(names, levels, strict=True))).exists():
        refused = gettext("There is no label “{label}” in the catalogue. Write its path, like porn/nudity.")
        raise KnownPictureRefused(refused.format(label=text[:200]))
    return path_text(levels)


def _check_room(app: App, sha256: str) -> None:
    present = KnownPicture.objects.filter(app=app)
    if known := present.filter(sha256=sha256).first():
        raise KnownPictureRefused(gettext("This picture is known already, as {label}.").format(label=known.label))
    if present.count() >= MOST:
        raise KnownPictureRefused(gettext("An app has at most {most} known pictures.").format(most=MOST))
