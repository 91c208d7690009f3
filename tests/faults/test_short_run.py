"""Half a minute of faults that need nothing special: nothing is lost, double, silent or unaccounted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.processes import ROOT

MINUTES = "0.6"


def test_half_a_minute_of_faults_loses_nothing(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    how = ["--seed", "14", "--minutes", MINUTES, "--items", "700", "--faults", "27", "--plain"]
    command = [sys.executable, "-m", "tests.faults", *how, "--report", str(report)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-4000:]
    told = report.read_text()
    for group in ("lost", "double", "out of order", "silent", "unaccounted"):
        assert f"| **{group}** | all | **0** |" in told
