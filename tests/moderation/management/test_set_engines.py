from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from moderation.engines.kinds import settings_of
from tests.world import World

VENDOR = {"kind": "deepcleer", "settings": {"cluster": "singapore", "accessKey": "the-key"}, "on_failure": "review"}


def run(monkeypatch: pytest.MonkeyPatch, app: str, sent: Any) -> str:
    text = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
    out = io.StringIO()
    call_command("set_engines", app, stdout=out)
    return out.getvalue()


def test_the_engines_of_an_app_are_set_and_shown_without_their_keys(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run(monkeypatch, "web", [VENDOR, {"kind": "embedded"}])
    assert [json.loads(line)["kind"] for line in told.splitlines()] == ["deepcleer", "embedded"]
    assert "the-key" not in told
    first = world.web.engines.first()
    assert first
    assert settings_of(first)["accessKey"] == "the-key"


@pytest.mark.parametrize(
    ("app", "sent", "told"),
    [
        ("nobody", [VENDOR], "no app"),
        ("web", b"{", "JSON"),
        ("web", {"kind": "embedded"}, "Send a list"),
        ("web", [{"kind": "embedded", "key": "x"}], "Send a list"),
        ("web", [{"kind": "http", "settings": {"url": 5}}], "Send a list"),
        ("web", [{"kind": "deepcleer", "settings": {"cluster": "singapore"}}], "engine 1, accessKey"),
    ],
)
def test_what_cannot_be_set_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, app: str, sent: Any, told: str
) -> None:
    with pytest.raises(CommandError, match=told):
        run(monkeypatch, app, sent)
    assert not world.web.engines.exists()
