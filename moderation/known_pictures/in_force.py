"""The known pictures of each app, cached by each process until one of them changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from accounts.models import App
from moderation.cache_versions import CachedValue
from moderation.known_pictures.alike import Known, bits_of
from moderation.models import KnownPicture

CACHE_VERSION = "known pictures"


def of_app(app: App) -> tuple[Known, ...]:
    return _REMEMBERED.current().get(app.pk, ())


def forget() -> None:
    _REMEMBERED.forget()


def _build() -> Mapping[int, tuple[Known, ...]]:
    found: defaultdict[int, list[Known]] = defaultdict(list)
    rows = KnownPicture.objects.order_by("pk").values_list("app_id", "pk", "label", "sha256", "likeness")
    for app, pk, label, sha256, likeness in rows.iterator(chunk_size=10_000):
        found[app].append(Known(pk, label, sha256, bits_of(likeness)))
    return {app: tuple(known) for app, known in found.items()}


_REMEMBERED = CachedValue(CACHE_VERSION, _build)
