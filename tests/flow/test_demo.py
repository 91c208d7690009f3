"""`make demo`, without the installing: it starts, survives, stops clean, and starts again where it left off."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.processes import ROOT, free_port
from tests.waiting import PATIENCE_SECONDS, wait_for

KEY = "a-key-of-at-least-16-characters"
SPEAKS_REDIS = re.compile(r"\b(redis|valkey)-server\b")
ENDED_SECONDS = 10  # after the demo itself has; the servers of decoders look for their owner
DIRECTLY: dict[str, Any] = {"trust_env": False, "timeout": PATIENCE_SECONDS}


def is_at_work(process: psutil.Process) -> bool:
    """One that has ended may wait for its status to be read by whoever took it over."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Demo:
    def __init__(self, folder: Path, port: int, **environment: str) -> None:
        self.url, self._output = f"http://127.0.0.1:{port}", folder.with_name(f"{port}.txt")
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        own = {"DEMO_DATA_DIR": str(folder), "DEMO_ACCESS_KEY": KEY, "DEMO_PASSWORD": "demo password", **environment}
        with self._output.open("wb") as output:
            argv = [sys.executable, "-m", "demo", "--port", str(port)]
            self.process = subprocess.Popen(argv, cwd=ROOT, env={**kept, **own}, stdout=output, stderr=output)

    @property
    def said(self) -> str:
        return self._output.read_text()

    def wait_until_ready(self) -> None:
        wait_for(lambda: self.process.poll() is not None or "\nready " in self.said, what="ready")
        assert f"ready {self.url}/" in self.said, self.said

    def children(self) -> dict[str, psutil.Process]:
        processes = psutil.Process(self.process.pid).children(recursive=True)
        return {" ".join(process.cmdline()): process for process in processes}

    def stop(self) -> None:
        left = [*psutil.Process(self.process.pid).children(recursive=True)]
        assert left
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=PATIENCE_SECONDS) == 0, self.said
        psutil.wait_procs(left, timeout=ENDED_SECONDS)
        assert [process for process in left if is_at_work(process)] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def demo(folder: Path) -> Iterator[Demo]:
    started = Demo(folder, free_port(), DEMO_CASES="2")
    yield started
    if started.process.poll() is None:
        started.stop()


def result(demo: Demo, request_id: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {KEY}"}
    return httpx.get(f"{demo.url}/api/v1/results/{request_id}", headers=headers, **DIRECTLY)


def decided(demo: Demo) -> int:
    """How many final results there are: those of the history."""
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.get(f"{demo.url}/api/v1/results", params={"state": "final"}, headers=headers, **DIRECTLY)
    return len(answer.json()["items"])


def test_it_starts_survives_a_kill_stops_clean_and_goes_on(demo: Demo, folder: Path) -> None:
    demo.wait_until_ready()
    assert "posting cases: 2 of 2" in demo.said
    (post,) = re.findall(r"Post a case (.+\\\n.+)", demo.said)
    assert f"{demo.url}/api/v1/results" in post
    posted = subprocess.run(post, shell=True, check=True, capture_output=True)  # noqa: S602 - as a person pastes it
    assert json.loads(posted.stdout)["queue"] == "ads"
    example = result(demo, json.loads(posted.stdout)["requestId"]).json()["machineResult"]
    assert len(example["allLabels"]) == 3
    assert example["riskDetail"]["objects"][0]["qrContent"]
    assert example["riskDetail"]["ocrText"]["text"]
    assert decided(demo) == 4
    body = {"appId": "web", "result": {"requestId": "mine", "code": 1100, "riskLevel": "REVIEW", "finalResult": 0}}
    headers = {"Authorization": f"Bearer {KEY}"}
    assert httpx.post(f"{demo.url}/api/v1/results", json=body, headers=headers, **DIRECTLY).status_code == 201

    (redis,) = [process for argv, process in demo.children().items() if SPEAKS_REDIS.search(argv)]
    redis.kill()
    wait_for(lambda: "redis ended" in demo.said, what="the supervisor to see it")
    wait_for(lambda: _ready(demo)["redis"] == "answers", what="Redis to be back")
    assert "postgres ended" not in demo.said
    demo.stop()

    again = Demo(folder, free_port(), DEMO_CASES="2")
    try:
        again.wait_until_ready()
        assert "posting cases" not in again.said
        assert result(again, "mine").json()["state"] == "queued"
    finally:
        again.stop()


def test_a_folder_in_use_and_a_port_in_use_are_refused_in_words(demo: Demo, folder: Path) -> None:
    demo.wait_until_ready()
    second = Demo(folder, free_port())
    assert second.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert f"another demo runs in {folder}" in second.said
    with socket.create_server(("127.0.0.1", 0)) as taken:
        third = Demo(folder.with_name("other"), taken.getsockname()[1])
        assert third.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert "make demo PORT=" in third.said


def test_a_count_that_is_none_is_refused_in_words(folder: Path) -> None:
    demo = Demo(folder, free_port(), DEMO_CASES="many")
    assert demo.process.wait(timeout=PATIENCE_SECONDS) == 1
    assert "DEMO_CASES is 'many'" in demo.said


def _ready(demo: Demo) -> dict[str, str]:
    answer: dict[str, str] = httpx.get(f"{demo.url}/readyz", **DIRECTLY).json()
    return answer
