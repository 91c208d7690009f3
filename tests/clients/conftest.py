"""The clients of clients/ against a real web process, and worker and beat where a test starts them."""

from __future__ import annotations

import pytest

from moderation.engines import configure
from moderation.engines.configure import Entry
from tests.flow.conftest import committed_world, quick_web, receiver, running_app
from tests.moderation.engines.conftest import stand_in
from tests.moderation.engines.stand_in import ACCESS_KEY
from tests.processes import RunningApp
from tests.world import World

__all__ = ["committed_world", "quick_web", "receiver", "running_app", "stand_in"]


@pytest.fixture
def key(committed_world: World) -> str:
    return committed_world.bearer["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def service(committed_world: World, stand_in: str) -> str:
    """The engine of the app `web`: the stand-in of the detection service, which finds a picture's nudity."""
    settings = {"url": f"{stand_in}/image/v4", "accessKey": ACCESS_KEY, "appId": "web", "eventId": "profile"}
    configure.set_engines(app=committed_world.web, engines=[Entry("http", settings)], by="tests")
    return stand_in


@pytest.fixture
def moved(running_app: RunningApp) -> RunningApp:
    """With a worker and a beat: callbacks and webhooks are sent."""
    running_app.start_worker()
    running_app.start_beat()
    return running_app
