"""Lighthouse's judgement of the pages people work in, signed in, with pictures on them.

Needs the command `lighthouse` (an npm package, so no part of this project) and says so where it is missing. It
judges as it does by default: a slow telephone on a slow line for "mobile", a plain machine for "desktop".
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import chromium
from tests.browser.desk import Desk

PAGES = {"stage": "/review/", "home": "/", "cases": "/review/cases/"}
LIMITS = {"accessibility": 100, "performance": 95}
LIGHTHOUSE = shutil.which("lighthouse")


@pytest.mark.skipif(
    not LIGHTHOUSE, reason="not measured: no `lighthouse` on the PATH (npm install --global lighthouse)"
)
@pytest.mark.parametrize("device", ["desktop", "mobile"])
def test_lighthouse_finds_every_page_quick_and_open_to_all(desk: Desk, tmp_path: Path, device: str) -> None:
    desk.add_cases(6)
    desk.sign_in()
    scores = {name: judged(desk, path, device, tmp_path / "report.json") for name, path in PAGES.items()}
    print(f"\nLighthouse, {device}: {scores}")
    stage = scores["stage"]
    assert {name: score for name, score in stage.items() if score < LIMITS[name]} == {}
    assert {name for name, found in scores.items() if found["accessibility"] < LIMITS["accessibility"]} == set()


def judged(desk: Desk, path: str, device: str, report: Path) -> dict[str, int]:
    """The scores of one page, of 100."""
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in desk.page.context.cookies())
    headers = report.with_name("headers.json")
    headers.write_text(json.dumps({"Cookie": cookies}))
    asked = [desk.line.url + path, "--quiet", f"--only-categories={','.join(LIMITS)}", "--extra-headers", str(headers)]
    asked += ["--output=json", f"--output-path={report}", *(["--preset=desktop"] if device == "desktop" else [])]
    flags = " ".join(["--headless=new", *chromium.launch_arguments()])
    where = {**os.environ, "CHROME_PATH": str(chromium.find())}
    subprocess.run([str(LIGHTHOUSE), *asked, f"--chrome-flags={flags}"], env=where, check=True, timeout=180)
    categories: dict[str, Any] = json.loads(report.read_text())["categories"]
    return {name: round(100 * (categories[name]["score"] or 0)) for name in LIMITS}
