"""Lighthouse's judgement of the pages people work in, signed in, with pictures on them.

Needs the command `lighthouse` (an npm package, so no part of this project) and says so where it is missing. It
judges as it does by default: a slow telephone on a slow line, and a plain desktop machine. On a machine that is busy
with other things its figures of time mean nothing.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType

from tests.browser.stage_page import StagePage
from tests.processes import free_port

PAGES = {"stage": "/review/", "home": "/", "cases": "/review/cases/"}
DEVICES: dict[str, list[str]] = {"desktop": ["--preset=desktop"], "telephone": []}
CATEGORIES = "accessibility,performance"
LIGHTHOUSE = shutil.which("lighthouse")


@pytest.mark.skipif(
    not LIGHTHOUSE, reason="not measured: no `lighthouse` on the PATH (npm install --global lighthouse)"
)
def test_lighthouse_finds_the_pages_quick_and_open_to_all(
    desk: StagePage, browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> None:
    desk.add_cases(6)
    desk.sign_in()
    port = free_port()
    arguments = [*browser_type_launch_args["args"], f"--remote-debugging-port={port}"]
    browsing = browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=browser_type_launch_args["executable_path"], args=arguments
    )
    with browsing:
        browsing.add_cookies([{**one} for one in desk.page.context.cookies()])  # type: ignore[typeddict-item]
        for device, name in product(DEVICES, PAGES):
            scores = judged(desk.app.url + PAGES[name], DEVICES[device], port, tmp_path / "report.json")
            print(f"\nLighthouse, {name} on a {device}: {scores}")
            assert scores["accessibility"] == 100
            assert name != "stage" or scores["performance"] >= 95


def judged(address: str, device: list[str], port: int, report: Path) -> dict[str, int]:
    """The scores of one page, of 100."""
    asked = [f"--only-categories={CATEGORIES}", "--output=json", f"--output-path={report}", "--quiet"]
    signed_in = [f"--port={port}", "--disable-storage-reset"]
    subprocess.run([str(LIGHTHOUSE), address, *asked, *signed_in, *device], check=True, timeout=180)
    categories: dict[str, Any] = json.loads(report.read_text())["categories"]
    return {name: round(100 * (found["score"] or 0)) for name, found in categories.items()}
