"""What the whole idle stack keeps in memory: every process of the demo, shared pages counted once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.table.rows import row
from tests.processes import ROOT, free_port, wait_for

IDLE_SECONDS = 20
OF_DEVELOPMENT = "rich"  # what httpx loads where it is installed, with pygments; `make demo` does not install it


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[psutil.Process]:
    """The demo without cases, ready. It gets none of the addresses of the tests' own servers."""
    own = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "DATA_DIR")}
    (tmp_path / f"{OF_DEVELOPMENT}.py").write_text("raise ImportError('not installed by make demo')\n")
    told = tmp_path / "demo.log"
    with told.open("w") as out:
        command = [sys.executable, "-m", "demo", "--port", str(free_port())]
        env = own | {"DEMO_DATA_DIR": str(tmp_path / "data"), "DEMO_CASES": "0", "PYTHONPATH": str(tmp_path)}
        running = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    wait_for(lambda: "\nready " in told.read_text(), what="the demo")
    yield psutil.Process(running.pid)
    running.send_signal(signal.SIGTERM)
    running.wait(30)


def test_the_idle_stack(demo: psutil.Process) -> None:
    time.sleep(IDLE_SECONDS)
    each = {one: one.memory_full_info().pss / 1e6 for one in [demo, *demo.children(recursive=True)]}
    largest = sorted(each.items(), key=lambda found: -found[1])[:8]
    told = "\n".join(f"  {size:4.0f} MB  {' '.join(one.cmdline())[-60:]}" for one, size in largest)
    print(f"\nidle: {sum(each.values()):.0f} MB of {len(each)} processes\n{told}")
    row("idle", sum(each.values()), f"{len(each)} processes")
