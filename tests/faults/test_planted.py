"""The planted bugs can still be planted. That they are caught, `make faults PLANTED=1` shows in some minutes."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.faults.installation import QUICK_RETRIES
from tests.faults.planted.bugs import BUGS
from tests.processes import ROOT

LOAD = """
import importlib, os, django
django.setup()
for named in os.environ["FAULTS_PATCHES"].split(","):
    for module in importlib.import_module(named).PATCHES:
        importlib.import_module(module)
        print("planted in", module)
"""


def test_what_the_bugs_change_is_still_there() -> None:
    """All in one process: no two of them change the same words."""
    names = [QUICK_RETRIES, *(f"tests.faults.planted.{bug.name}" for bug in BUGS)]
    path = f"{ROOT / 'tests' / 'faults' / 'startup'}:{ROOT}"
    environment = {**os.environ, "FAULTS_PATCHES": ",".join(names), "PYTHONPATH": path}
    environment["DJANGO_SETTINGS_MODULE"] = "moderation.settings"
    command = [sys.executable, "-c", LOAD]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("planted in") == len(names)


def test_each_bug_names_checks_and_has_a_short_run_aimed_at_it() -> None:
    assert len(BUGS) >= 10
    assert all(bug.caught_by and bug.options.minutes <= 0.5 for bug in BUGS)
