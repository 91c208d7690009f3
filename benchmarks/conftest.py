"""Use the fixtures of the tests, so that the benchmarks measure what the tests test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.filled.kept import django_db_createdb, django_db_keepdb, nothing_kept_is_emptied
from benchmarks.peer import server
from benchmarks.peer.calls import Peer
from benchmarks.table.plugin import pytest_sessionfinish
from tests.browser.conftest import browser_context_args, browser_type_launch_args, desk, web
from tests.conftest import (
    files_of_its_own,
    nothing_remembered,
    quick_passwords,
    tables_are_emptied_quickly,
)
from tests.moderation.media.conftest import cost
from tests.processes import RunningApp, run_app
from tests.world import World

__all__ = [
    "browser_context_args",
    "browser_type_launch_args",
    "cost",
    "desk",
    "django_db_createdb",
    "django_db_keepdb",
    "files_of_its_own",
    "nothing_kept_is_emptied",
    "nothing_remembered",
    "pytest_sessionfinish",
    "quick_passwords",
    "tables_are_emptied_quickly",
    "web",
]


@pytest.fixture
def product(world: World, tmp_path: Path) -> Iterator[RunningApp]:
    """Ours, for benchmarks that post results: without the limit of a key."""
    with run_app(tmp_path / "logs", INGEST_RATE="100000") as running:
        yield running


@pytest.fixture(scope="session")
def peer() -> Iterator[Peer | str]:
    """Label Studio, or why there is none."""
    with ExitStack() as stack:
        try:
            found: Peer | str = stack.enter_context(server.running())
        except server.Missing as why:
            found = str(why)
        yield found
