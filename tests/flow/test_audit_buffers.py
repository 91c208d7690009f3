"""What a web process has counted for the audit is written when it ends."""

from __future__ import annotations

import os
import signal
import urllib.request
from pathlib import Path

from accounts.models import KeyUse
from tests.processes import run_app
from tests.waiting import wait_for
from tests.world import World


def test_a_web_process_that_is_stopped_writes_what_it_has_counted(committed_world: World, tmp_path: Path) -> None:
    with run_app(tmp_path / "logs") as web:
        for _ in range(3):
            request = urllib.request.Request(f"{web.url}/api/v1/results", headers=committed_world.bearer)  # noqa: S310 - ours
            with urllib.request.urlopen(request) as answer:  # noqa: S310 - ours
                assert answer.status == 200
        assert KeyUse.objects.count() == 0
        process = web.processes.pop("web")
        os.kill(process.pid, signal.SIGTERM)
        wait_for(lambda: process.poll() is not None, what="the web process to end", tell=web)
        assert sum(use.calls for use in KeyUse.objects.all()) == 3, web.log("web")
