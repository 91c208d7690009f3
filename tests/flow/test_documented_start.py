"""The commands of docs/running.md: a worker that dies is replaced, and every line is JSON when that is asked for."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.processes import ROOT, RunningApp, free_port
from tests.waiting import wait_for


@pytest.fixture(autouse=True)
def environment_of_its_own(running_app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests of the flow share the line, and must not start their worker with what these tests set."""
    monkeypatch.setattr(running_app, "environment", dict(running_app.environment))


def documented(process: str) -> list[str]:
    """The command of that row, from this environment's programs."""
    page = (ROOT / "docs" / "running.md").read_text()
    found = re.search(rf"^\| {process} \| `([^`]+)` \|", page, re.MULTILINE)
    assert found
    program, *arguments = shlex.split(found[1])
    return [str(Path(sys.executable).with_name(program)), *arguments]


def lines(running: RunningApp, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in running.log(name).splitlines()]


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def spawned(running: RunningApp) -> list[int]:
    found = (re.fullmatch(r"Spawning worker-\d with PID: (\d+)", line["message"]) for line in lines(running, "granian"))
    return [int(one[1]) for one in found if one]


def test_the_web_process_replaces_a_worker_that_was_killed(running_app: RunningApp) -> None:
    port = free_port()
    running_app.environment["LOG_FORMAT"] = "json"
    web = running_app.start("granian", [*documented("web"), "--port", str(port)])
    wait_for(lambda: is_ready(port), what="the documented web process", tell=running_app)
    wait_for(lambda: len(spawned(running_app)) == 2, what="both workers")
    os.kill(spawned(running_app)[0], signal.SIGKILL)
    wait_for(lambda: len(spawned(running_app)) == 3, what="another worker", tell=running_app)
    wait_for(lambda: is_ready(port), what="an answer after that", tell=running_app)
    assert web.poll() is None


@pytest.mark.parametrize("name", ["worker", "beat", "dispatcher"])
def test_every_line_is_an_object_where_that_is_asked_for(running_app: RunningApp, tmp_path: Path, name: str) -> None:
    running_app.environment |= {"LOG_FORMAT": "json", "REDIS_URL": "redis://127.0.0.1:9/0", "DATA_DIR": str(tmp_path)}
    argv = documented(name)
    if name == "beat":
        argv += ["--pidfile", ""]
    if name == "dispatcher":
        running_app.environment |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    running_app.start(name, argv)
    wait_for(lambda: '"ERROR"' in running_app.log(name), what="an error", tell=running_app)
    assert {"at", "level", "logger", "message"} <= set.intersection(*map(set, lines(running_app, name)))
