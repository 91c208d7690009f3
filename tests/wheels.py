"""`python -m tests.wheels`: does uv.lock install from wheels alone on every machine that we promise?

uv answers from the lock, so this needs no network and none of the other platforms.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "Linux x86-64": "x86_64-manylinux_2_28",
    "Linux ARM64": "aarch64-manylinux_2_28",
    "macOS ARM64": "aarch64-apple-darwin",
}


def main() -> int:
    found = missing()
    print("\n".join(found) or f"wheels for Python {', '.join(PYTHONS)} on {', '.join(PLATFORMS)}")  # noqa: T201
    return 1 if found else 0


def missing() -> list[str]:
    """A sentence for each platform and Python on which uv.lock does not install."""
    with tempfile.TemporaryDirectory() as folder:
        exported = Path(folder) / "pylock.toml"
        _uv("export", "--frozen", "--quiet", "--all-groups", "--format", "pylock.toml", "-o", str(exported))
        return [*_missing(exported)]


def _missing(exported: Path) -> Iterator[str]:
    for (name, platform), python in product(PLATFORMS.items(), PYTHONS):
        if why := why_not(exported, platform=platform, python=python):
            yield f"uv.lock does not install on {name} with Python {python}: {why}"


def why_not(exported: Path, *, platform: str, python: str) -> str:
    """What uv says against installing this lock there without building anything; nothing when it would."""
    there = ("--target", str(exported.parent / "nothing"), "--python-platform", platform, "--python-version", python)
    how = ("--dry-run", "--offline", "--quiet", "--only-binary", ":all:", "--preview-features", "pylock")
    ended = _uv("pip", "install", *how, *there, "--requirements", str(exported), check=False)
    return ended.stderr.strip() if ended.returncode else ""


def _uv(*command: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run([UV, *command], cwd=ROOT, check=check, stderr=subprocess.PIPE, text=True)


if __name__ == "__main__":
    sys.exit(main())
