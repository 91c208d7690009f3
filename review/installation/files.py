"""Checks of what lies on disks: the static files and the picture store."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext

from moderation import readiness
from moderation.media import store
from review.installation.findings import Finding, Seen, attention, broken, ok

LITTLE_FREE_BYTES = 5 * 1024**3


def static_files(seen: Seen | None) -> Finding:
    if readiness.static_files():
        return broken(
            gettext("They are not collected, or gone: pages have no styles and no scripts."),
            gettext("Run `python manage.py collectstatic --no-input`, then start the web processes again."),
        )
    return ok(gettext("They are in place."))


def pictures(seen: Seen | None) -> Finding:
    storage = storages["pictures"]
    if isinstance(storage, FileSystemStorage):
        return _folder(Path(storage.location))
    try:
        store.has("health")
    except store.StoreDown:
        return broken(
            gettext("The bucket does not answer."), gettext("Look at `MEDIA_STORAGE`, its service and its key.")
        )
    return ok(gettext("The bucket answers."))


def _folder(folder: Path) -> Finding:
    place = readiness.nearest_folder(folder)
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"x")
    except OSError as error:
        found = gettext("`%(folder)s` cannot be written to: `%(why)s`.") % {"folder": folder, "why": error.strerror}
        return broken(found, gettext("Make room, or let us write to `MEDIA_STORAGE`."))
    free = shutil.disk_usage(place).free
    found = gettext("`%(folder)s` has `%(free)s` left.") % {"folder": folder, "free": filesizeformat(free)}
    if free < readiness.LEAST_FREE_BYTES:
        return broken(found, gettext("Make room: new pictures wait until there is some."))
    return attention(found, gettext("Make room in time.")) if free < LITTLE_FREE_BYTES else ok(found)
