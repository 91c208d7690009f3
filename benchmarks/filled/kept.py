"""Keep the filled database in a folder, and measure on it again: filling a million cases takes eight minutes.

    KEPT=/tmp/filled .venv/bin/python -m pytest -s benchmarks/test_reports.py

Migrations that were added since are applied, as they would be on a large installation. A database whose filling was
interrupted is made anew. Run no other benchmark with KEPT: what it adds would stay.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

from benchmarks.filled import CASES

KEPT = Path(os.environ["KEPT"]) if "KEPT" in os.environ else None


def is_filled() -> bool:
    """Whether an earlier run filled it with as many cases."""
    return KEPT is not None and _mark(KEPT).exists() and _mark(KEPT).read_text() == str(CASES)


def keep() -> None:
    if KEPT is not None:
        _mark(KEPT).write_text(str(CASES))


def _mark(folder: Path) -> Path:
    return folder / "filled"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    return KEPT is not None


@pytest.fixture(scope="session")
def django_db_createdb() -> bool:
    return not is_filled()


@pytest.fixture(scope="session", autouse=True)
def nothing_kept_is_emptied(tables_are_emptied_quickly: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if KEPT is not None:
            patch.setattr(DatabaseOperations, "execute_sql_flush", _left_alone)
        yield


def _left_alone(self: Any, sql_list: list[str]) -> None:
    pass
