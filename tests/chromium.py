"""Find a Chromium to test with, or get one: the machine's own, else Playwright's, else (as root on Debian) the
distribution's. `python -m tests.chromium` prints where it is, before the suite needs it.

The build without a user interface comes first: it renders the same and takes two thirds of the processor time (42 tests
of the grid: 46 s instead of 70).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = """No Chromium was found and none could be installed.
Install one and run the suite again, for example:
    apt-get install chromium          (Debian, Ubuntu: as root)
    .venv/bin/playwright install chromium
or name one: CHROMIUM=/path/to/chromium make test
"""


def find() -> Path | None:
    """A Chromium on this machine, or the one Playwright downloaded."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [shutil.which(name) for name in NAMES]
    return next((Path(found) for found in candidates if found and Path(found).exists()), None) or _playwrights()


def launch_arguments() -> list[str]:
    """Chromium refuses its sandbox to root."""
    return [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else list(ARGUMENTS)


def install() -> None:
    """Try each way in turn; what fails says so on standard error."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        commands.append(["apt-get", "update", "-qq"])
        commands += [["apt-get", "install", "-qq", "-y", "--no-install-recommends", name] for name in NAMES[:2]]
    for command in commands:
        if find() is None:
            print("installing Chromium:", *command, flush=True)  # noqa: T201
            subprocess.run(command, check=False, timeout=600, stdout=subprocess.DEVNULL)


def _playwrights() -> Path | None:
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    shells = sorted(root.glob("chromium_headless_shell-*/chrome-*/*headless*shell"), reverse=True)
    return next(iter([*shells, *sorted(root.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]), None)


def main() -> int:
    if find() is None:
        install()
    found = find()
    if found is None:
        sys.stderr.write(MISSING)
        return 1
    print(f"Chromium: {found}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
