"""Folders for real servers, and a process that owns them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[4]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A short path: pytest's own are so long that every test would run on the sockets' fallback directory."""
    memory = Path("/dev/shm")  # noqa: S108 - a private directory in it; making a database there is three times faster
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    with tempfile.TemporaryDirectory(prefix="sl-", dir=memory if roomy else None) as made:
        monkeypatch.setattr("moderation.runtime.embedded.places.SHORT_DIRECTORY", Path(made).resolve())
        yield Path(made).resolve() / "data"


@pytest.fixture
def start_owner() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Starts `python -m moderation.runtime.embedded FOLDER`, returns stops it after the test."""
    owners: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> subprocess.Popen[str]:
        argv = [sys.executable, "-m", "moderation.runtime.embedded", str(folder)]
        owner = subprocess.Popen(argv, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
        owners.append(owner)
        assert owner.stdout
        assert any(line.startswith("ready ") for line in owner.stdout)
        return owner

    yield start
    for owner in owners:
        owner.terminate()
        owner.wait(60)
        assert owner.stdout
        owner.stdout.close()
