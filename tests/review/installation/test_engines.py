"""The check of the apps' engines."""

from __future__ import annotations

import pytest

from accounts.models import AccessKey
from moderation.engines.configure import Entry, set_engines
from moderation.models import AppEngine
from review.installation import engines
from review.installation.findings import Finding, State
from tests.world import World


def found() -> Finding:
    return engines.engines(None)


def test_an_app_that_calls_the_gateway_without_an_engine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found().state == State.OK
    AccessKey.objects.update(scopes=[AccessKey.Scope.INGEST])
    monkeypatch.setattr(engines, "installed_parts", lambda: frozenset({"codes", "faces"}))
    assert found().state == State.OK  # no key may call the gateway
    AccessKey.objects.update(scopes=[AccessKey.Scope.GATEWAY], app=world.web)
    assert (found().state, found().found) == (
        State.ATTENTION,
        "The engine of this host cannot look for: `nudity`, `text`.",
    )
    monkeypatch.setattr(engines, "installed_parts", frozenset)
    told = f"`{world.web.app_id}` has no engine: its calls of the gateway fail."
    assert (found().state, found().found) == (State.BROKEN, told)
    set_engines(app=world.web, engines=[Entry("http", {"url": "https://x.example/"})], by="tests")
    assert found().state == State.OK


def test_engines_whose_keys_were_sealed_with_another_secret_key(world: World) -> None:
    set_engines(app=world.web, engines=[Entry("http", {"url": "https://x.example/"})], by="tests")
    AppEngine.objects.update(sealed_settings="gAAAAAno")
    assert found().state == State.BROKEN
    assert world.web.app_id in found().found
