from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import App
from moderation.api import app_scope
from moderation.engines import kinds
from moderation.models import AppEngine
from moderation.runtime import encryption
from tests.customer import Customer, customer
from tests.moderation.gateway.engine import StubEngine
from tests.world import World


@pytest.fixture
def engine(world: World, monkeypatch: pytest.MonkeyPatch) -> StubEngine:
    """The one engine of the app "web"."""
    stub = StubEngine()
    monkeypatch.setattr(kinds, "BUILDERS", {**kinds.BUILDERS, AppEngine.Kind.HTTP: lambda settings: stub})
    AppEngine.objects.create(app=world.web, order=1, kind=AppEngine.Kind.HTTP, sealed_settings=encryption.seal("{}"))
    return stub


@pytest.fixture
def host() -> Iterator[Customer]:
    with customer() as running:
        yield running


def set_app(world: World, **changes: str) -> None:
    App.objects.filter(pk=world.web.pk).update(**changes)
    app_scope.forget()
