"""The kinds of engines: what each has to be told, and how it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import App
from moderation.engines.deepcleer import HOSTS, deepcleer
from moderation.engines.embedded.engine import Embedded
from moderation.engines.embedded.host import is_installed
from moderation.engines.known_pictures import KnownPictures
from moderation.engines.protocol import Engine
from moderation.engines.rekognition.engine import Rekognition
from moderation.engines.remote_http import RemoteHttp
from moderation.known_pictures import in_force
from moderation.models import AppEngine
from moderation.runtime import encryption

Build = Callable[[Mapping[str, Any]], Engine]
Kind = AppEngine.Kind


@dataclass(frozen=True, slots=True)
class Setting:
    """One text that an engine has to be told. Secrets are never shown again."""

    name: str
    label: Any
    pattern: str = r".{1,200}"
    is_required: bool = True
    is_secret: bool = False
    choices: Sequence[str] = ()

    def fits(self, value: str) -> bool:
        if not value:
            return not self.is_required
        return value in self.choices if self.choices else re.fullmatch(self.pattern, value) is not None


_KEY = r"[!-~]{1,200}"
_APP = Setting("appId", _("appId of that account"), r"[!-~]{1,64}", is_required=False)
_EVENT = Setting("eventId", _("eventId of that account"), r"[!-~]{1,64}", is_required=False)

SETTINGS: Mapping[str, Sequence[Setting]] = {
    Kind.EMBEDDED: (),
    Kind.DEEPCLEER: (
        Setting("cluster", _("cluster"), choices=tuple(HOSTS)),
        Setting("accessKey", _("accessKey"), _KEY, is_secret=True),
        _APP,
        _EVENT,
    ),
    Kind.REKOGNITION: (
        Setting("region", _("region"), r"[a-z]{2}(-[a-z]+)+-[0-9]{1,2}"),
        Setting("keyId", _("access key id"), r"[A-Z0-9]{16,128}"),
        Setting("secret", _("secret access key"), _KEY, is_secret=True),
    ),
    Kind.HTTP: (
        Setting("url", _("URL"), r"\S{1,2048}"),
        Setting("name", _("name in results"), r"[a-z0-9][a-z0-9.-]{0,39}", is_required=False),
        Setting("accessKey", _("accessKey"), _KEY, is_required=False, is_secret=True),
        _APP,
        _EVENT,
    ),
}
BUILDERS: Mapping[str, Build] = {
    Kind.EMBEDDED: lambda _given: Embedded(),
    Kind.DEEPCLEER: deepcleer,
    Kind.REKOGNITION: Rekognition.of,
    Kind.HTTP: RemoteHttp.of,
}


def engines_of(app: App) -> Iterator[tuple[Engine, bool]]:
    """The engines of the app in their order, each with whether it may fail without failing the chain. An app without
    any has the engine of this host, where that is installed. Known pictures, where it has any, are looked for last.

    Raises encryption.WrongKey.
    """
    rows = list(app.engines.order_by("order"))
    for row in rows:
        yield engine_of(row), row.on_failure == AppEngine.OnFailure.REVIEW
    if not rows and is_installed():
        yield Embedded(), False
    if known := in_force.of_app(app):
        yield KnownPictures(known), True


def engine_of(row: AppEngine) -> Engine:
    return BUILDERS[row.kind](settings_of(row))


def settings_of(row: AppEngine) -> dict[str, str]:
    """Raises encryption.WrongKey."""
    settings: dict[str, str] = json.loads(encryption.unseal(row.sealed_settings))
    return settings


def known_settings(row: AppEngine) -> dict[str, str]:
    """None when SECRET_KEY is another one by now: then they have to be given anew."""
    try:
        return settings_of(row)
    except encryption.WrongKey:
        return {}


def shown_settings(row: AppEngine) -> dict[str, str]:
    """Without its secrets."""
    given = known_settings(row)
    return {one.name: given[one.name] for one in SETTINGS[row.kind] if not one.is_secret and one.name in given}
