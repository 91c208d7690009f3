"""The lines of the package's README work when they are pasted."""

from __future__ import annotations

import re
import subprocess
import sys

from moderation.models import Case
from tests.processes import ROOT, RunningApp

CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
README = (ROOT / "clients" / "python" / "README.md").read_text()


def pasted(running: RunningApp, key: str, code: str) -> str:
    """What it prints: in a Python of its own, in the repository's folder."""
    environment = running.environment | {"SECOND_LOOK_URL": running.url, "SECOND_LOOK_API_KEY": key}
    environment |= {"PYTHONPATH": str(ROOT / "clients" / "python"), "NO_PROXY": "127.0.0.1"}
    argv = [sys.executable, "-W", "error", "-c", code]
    ended = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_its_lines_work_when_pasted(service: str, running_app: RunningApp, key: str) -> None:
    first, second, *_ = CODE.findall(README)
    assert len(first.splitlines()) <= 12
    told = pasted(running_app, key, first)
    assert told.startswith("block")
    assert "porn/nudity/exposed 970" in told
    assert Case.objects.get().app.app_id == "web"
    assert "PASS" in pasted(running_app, key, second) or "REJECT" in pasted(running_app, key, second)
