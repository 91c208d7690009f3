"""Set the engines of an app."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.audit_actions import AuditAction
from accounts.models import App, User
from accounts.permissions import check
from accounts.roles import Permission
from accounts.versions import Edited
from moderation.engines.kinds import SETTINGS, Kind, Setting, known_settings, shown_settings
from moderation.models import AppEngine
from moderation.outbound.errors import UrlRefused
from moderation.outbound.saved_urls import check_saved, is_same_place
from moderation.runtime import encryption

MOST = 5  # of one app


@dataclass(frozen=True, slots=True)
class Entry:
    """One engine as an administrator writes it. A secret that is left out is the one of the row `keeps`."""

    kind: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False)
    on_failure: str = AppEngine.OnFailure.FAIL
    keeps: int | None = None


class EngineRefused(ValueError):
    """`place` is the number of the engine in the form, from 0; `setting` names what is wrong, "" for all of it."""

    def __init__(self, place: int, setting: str, sentence: str) -> None:
        super().__init__(sentence)
        self.place, self.setting = place, setting


def set_engines(
    *, app: App, engines: Sequence[Entry], by: User | str, expected_version: str | None = None
) -> list[AppEngine]:
    """Replace the app's chain by these, in their order. Without any, the app has the engine of this host. A row that is
    kept keeps its number, by which forms opened earlier know it.

    Raises EngineRefused, Conflict.
    """
    if isinstance(by, User):
        check(by, Permission.ADMINISTER)
    with transaction.atomic():
        locked = App.objects.select_for_update(no_key=True).get(pk=app.pk)
        EDITED.check(expected_version, locked)
        before, known = told(locked), {row.pk: row for row in locked.engines.all()}
        rows = [_row(locked, place, entry, known) for place, entry in enumerate(_few(engines))]
        locked.engines.all().delete()
        AppEngine.objects.bulk_create(rows)
        audit.record(AuditAction.APP_ENGINES_SET, by=by, on=locked, before=before, engines=told(locked))
    return rows


def entries_of(app: App) -> list[Entry]:
    """The app's engines as they would be written again: each keeps its secrets."""
    rows = app.engines.order_by("order")
    return [Entry(row.kind, shown_settings(row), row.on_failure, row.pk) for row in rows]


def told(app: App) -> list[dict[str, Any]]:
    """The app's engines without their secrets, as the audit has them."""
    rows = app.engines.order_by("order")
    return [{"kind": row.kind, "on_failure": row.on_failure, **shown_settings(row)} for row in rows]


def _few(engines: Sequence[Entry]) -> Sequence[Entry]:
    if len(engines) > MOST:
        raise EngineRefused(MOST, "", gettext("An app has at most %(most)d engines.") % {"most": MOST})
    return engines


def _row(app: App, place: int, entry: Entry, known: dict[int, AppEngine]) -> AppEngine:
    if entry.kind not in Kind.values:
        raise EngineRefused(place, "kind", gettext("Choose the kind of the engine."))
    if entry.on_failure not in AppEngine.OnFailure.values:
        raise EngineRefused(place, "on_failure", gettext("Choose what happens when the engine fails."))
    kept = known.pop(entry.keeps or 0, None)  # popped: no two keep the same
    if kept and kept.kind != entry.kind:
        kept = None
    before = known_settings(kept) if kept else {}
    given = {one.name: _value(place, one, entry, before) for one in SETTINGS[entry.kind]}
    sealed = encryption.seal(json.dumps({name: value for name, value in given.items() if value}))
    pk = kept.pk if kept else None
    return AppEngine(pk=pk, app=app, order=place, kind=entry.kind, sealed_settings=sealed, on_failure=entry.on_failure)


def _value(place: int, setting: Setting, entry: Entry, before: Mapping[str, str]) -> str:
    value = entry.settings.get(setting.name, "").strip()
    if not value and setting.is_secret:
        value = before.get(setting.name, "")
        if value and not is_same_place(before.get("url", ""), entry.settings.get("url", "").strip()):
            raise EngineRefused(
                place,
                setting.name,
                gettext(
                    "The URL leads to another host now, which does not get the key of the first. Type a key for it, or "
                    "take the engine out and add it anew without one."
                ),
            )
    if not setting.fits(value):
        raise EngineRefused(place, setting.name, gettext("Missing, or not of the form that is needed here."))
    if setting.name == "url":
        _check_url(place, value)
    return value


def _check_url(place: int, value: str) -> None:
    try:
        check_saved(value)
    except UrlRefused as refused:
        raise EngineRefused(place, "url", str(refused)) from refused


def _values(app: App) -> dict[str, Any]:
    """Secrets as a digest of their ciphertext, which changes whenever the engines are set."""
    return {"engines": {f"#{row.pk}": _row_values(row) for row in app.engines.order_by("order")}}


def _row_values(row: AppEngine) -> dict[str, Any]:
    sealed = hashlib.sha256(row.sealed_settings.encode()).hexdigest()[:8]
    own = {"order": row.order + 1, "kind": row.kind, "on_failure": row.on_failure}
    return {**own, **shown_settings(row), "sealed": sealed}


EDITED = Edited(_values, recorded_as=[AuditAction.APP_ENGINES_SET], labels={"engines": _("Engines")})
