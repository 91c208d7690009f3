"""Check that each app has an engine that can look at its pictures."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from accounts.models import AccessKey, App
from moderation.engines.embedded.host import PACKAGES, installed_parts
from moderation.runtime import encryption
from review.installation.findings import Finding, Seen, attention, broken, ok

NAMED = 3  # apps


def engines(seen: Seen | None) -> Finding:
    apps = list(_apps())
    if unreadable := [app_id for app_id, sealed in apps if sealed is not None and not encryption.opens(sealed)]:
        found = gettext("The keys of the engines of %(apps)s cannot be decrypted.") % {"apps": _named(unreadable)}
        return broken(
            found, gettext("Set them anew on the app's page, or set `SECRET_KEY` to the one they were saved with.")
        )
    without = [app_id for app_id, sealed in apps if sealed is None]
    if without and not installed_parts():
        told = ngettext(
            "%(apps)s has no engine: its calls of the gateway fail.",
            "%(apps)s have no engine: their calls of the gateway fail.",
            len(without),
        )
        to_do = gettext("Set one on the app's page, or install the engine of this host: `uv sync --frozen --no-dev`.")
        return broken(told % {"apps": _named(without)}, to_do)
    return _of_this_host(needs_it=bool(without))


def _of_this_host(*, needs_it: bool) -> Finding:
    parts = installed_parts()
    missing = _as_code(part for part in PACKAGES if part not in parts)
    if missing and parts and needs_it:
        found = gettext("The engine of this host cannot look for: %(parts)s.") % {"parts": missing}
        return attention(found, gettext("Install its packages: `uv sync --frozen --no-dev`."))
    if parts:
        return ok(gettext("The engine of this host is installed: %(parts)s.") % {"parts": _as_code(sorted(parts))})
    return ok(gettext("Every app that calls the gateway has engines of its own."))


def _apps() -> QuerySet[App, tuple[str, str | None]]:
    """Each app's identifier with the sealed settings of each of its engines; with None where an app has none and may
    call the gateway.
    """
    keys = AccessKey.objects.filter(Q(app=OuterRef("pk")) | Q(app=None), scopes__contains=[AccessKey.Scope.GATEWAY])
    live = keys.filter(Q(expires_at=None) | Q(expires_at__gt=Now()), revoked_at=None)
    found = App.objects.filter(Q(engines__isnull=False) | Exists(live)).order_by("app_id", "engines__order")
    return found.values_list("app_id", "engines__sealed_settings")


def _named(apps: list[str]) -> str:
    apps = list(dict.fromkeys(apps))
    return _as_code(apps[:NAMED]) + (" …" if len(apps) > NAMED else "")


def _as_code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
