"""A web process for the tests of a file, and the cast that it sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.processes import RunningApp, run_app
from tests.world import World, build


@pytest.fixture(scope="module")
def web(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningApp]:
    with django_db_blocker.unblock(), run_app(tmp_path_factory.mktemp("web") / "logs") as running:
        yield running


@pytest.fixture
def cast(transactional_db: None) -> World:
    return build()
