from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.customer import Customer, customer
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
