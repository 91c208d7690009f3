"""The kinds of engines, and the ones that an app has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from accounts.models import App
from moderation.engines.protocol import Engine
from moderation.models import AppEngine
from moderation.runtime import encryption

Build = Callable[[Mapping[str, Any]], Engine]
"""Makes an engine of the settings that the app has for it."""

BUILDERS: dict[str, Build] = {}


def engines_of(app: App) -> Iterator[tuple[Engine, bool]]:
    """The engines of the app in their order, each with whether it may fail without failing the chain."""
    for row in app.engines.order_by("order"):
        yield engine_of(row), row.on_failure == AppEngine.OnFailure.REVIEW


def engine_of(row: AppEngine) -> Engine:
    return BUILDERS[row.kind](settings_of(row))


def settings_of(row: AppEngine) -> dict[str, Any]:
    """Raises encryption.WrongKey."""
    settings: dict[str, Any] = json.loads(encryption.unseal(row.sealed_settings))
    return settings
