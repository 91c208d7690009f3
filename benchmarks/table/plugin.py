"""A pytest plugin: ends with LIMIT_MISSED when nothing failed and a row missed its limit."""

from __future__ import annotations

import pytest

from benchmarks.table import rows


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if rows.missed and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = rows.LIMIT_MISSED
