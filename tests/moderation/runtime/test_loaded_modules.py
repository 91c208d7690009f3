"""What processes without pages load: what they load stays in their memory for as long as they live."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.moderation.backup.databases import manage
from tests.processes import CELERY, ROOT, environment_of
from tests.waiting import wait_for

PAGES = {"review.views.board", "review.views.stage"}


@pytest.mark.parametrize(
    ("command", "needs"), [("deliver_due", "moderation.webhooks"), ("maintain", "review.maintenance")]
)
def test_commands_that_run_for_long_load_no_pages(transactional_db: None, command: str, needs: str) -> None:
    ended = manage(command, "--once", PYTHONPROFILEIMPORTTIME="1")
    assert ended.returncode == 0, ended.stderr
    loaded = {line.rsplit("|", 1)[-1].strip() for line in ended.stderr.splitlines()}
    assert needs in loaded
    assert loaded & PAGES == set()


def test_a_worker_loads_what_tasks_need_before_it_forks_and_no_pages(transactional_db: None, tmp_path: Path) -> None:
    log, environment = tmp_path / "worker.log", environment_of(PYTHONPROFILEIMPORTTIME="1")
    with log.open("w") as out:
        worker = subprocess.Popen([*CELERY, "worker", "--concurrency", "1"], cwd=ROOT, env=environment, stderr=out)
    try:
        wait_for(lambda: " ready." in log.read_text(), what="the worker")
    finally:
        worker.terminate()
        worker.wait(30)
    loaded = {line.rsplit("|", 1)[-1].strip() for line in log.read_text().partition(" ready.")[0].splitlines()}
    assert {"moderation.webhooks.record_attempts", "review.retention.runs"} <= loaded  # of delivery and maintenance
    assert loaded & PAGES == set()
