from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from moderation.media.storage import picture_storage
from tests.customer import Customer, customer
from tests.flow.objects_of_pages import Kind, made
from tests.processes import RunningApp, run_app
from tests.world import World, build


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    """The cast, committed, so that other processes see it."""
    return build()


@pytest.fixture
def receiver() -> Iterator[Customer]:
    with customer() as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Where the pictures of a file's tests are."""
    return picture_storage(str(tmp_path_factory.mktemp("pictures")))


@pytest.fixture(scope="module")
def module_kinds(module_world: World, place: dict[str, Any]) -> dict[str, Kind]:
    """What the addresses of pages name."""
    stores = {**settings.STORAGES, "pictures": place}
    with override_settings(UNDO_SECONDS=0, STORAGES=stores):
        return made(module_world)


@pytest.fixture(scope="session")
def quick_web(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    """One web process for all these tests; a decision can be undone for one second only."""
    folder = tmp_path_factory.mktemp("web")
    environment = {"MEDIA_STORAGE": str(folder / "pictures"), "UNDO_SECONDS": "1"}
    with django_db_blocker.unblock(), run_app(folder / "logs", **environment) as running:
        yield running


@pytest.fixture
def running_app(committed_world: World, quick_web: RunningApp) -> Iterator[RunningApp]:
    """The web process; what else a test starts ends with it."""
    yield quick_web
    for name in set(quick_web.processes) - {"web"}:
        quick_web.kill(name)
