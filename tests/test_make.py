"""The commands that people and machines are told to type are there, and each is explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_every_command_is_phony_and_explained_by_make_help() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS
    assert set(re.findall(r'@echo "make ([a-z]+)', MAKEFILE)) == TARGETS - {"help"}


@pytest.mark.parametrize("name", [".ci/run", "README.md", "CONTRIBUTING.md", "docs/testing.md", "docs/architecture.md"])
def test_what_is_told_to_be_made_can_be_made(name: str) -> None:
    told = re.findall(r"(?:^|`)make ([a-z]+)", (ROOT / name).read_text(), re.MULTILINE)
    assert told
    assert set(told) <= TARGETS


def test_what_must_hold_before_anything_lands_is_what_contributors_run() -> None:
    run = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^make (\w+)", run, re.MULTILINE) == ["check", "test"]


def test_each_benchmark_finds_the_fixtures_that_it_asks_for() -> None:
    """The suite runs none of them."""
    command = [sys.executable, "-m", "pytest", "--setup-plan", "-q", "-p", "no:cacheprovider", "benchmarks"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def install(folder: Path, python: str, *, beside: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What `make` does for its environment, with a Python that is this script, and these programs besides the usual."""
    programs = folder / "programs"
    programs.mkdir()
    for name, script in {"python3": python, **(beside or {})}.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    path = {"PATH": f"{programs}:/usr/bin:/bin"}
    command = ["make", "-f", str(ROOT / "Makefile"), ".venv/uv", "PYTHON=python3"]
    return subprocess.run(command, cwd=folder, env=path, capture_output=True, text=True, check=False)


WITHOUT_ENSUREPIP = f"""case "$*" in
  *"import ensurepip"*) exit 1 ;;
  "-m pip --version") exit 1 ;;
  "-m venv .venv") echo "The virtual environment was not created successfully"; exit 1 ;;
  *) exec {sys.executable} "$@" ;;
esac"""


def test_a_python_without_ensurepip_is_told_the_package_that_it_lacks(tmp_path: Path) -> None:
    ended = install(tmp_path, WITHOUT_ENSUREPIP)
    assert ended.returncode
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    assert f"sudo apt install {package} " in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not (tmp_path / ".venv" / "uv").exists()


def test_beside_a_uv_it_needs_none(tmp_path: Path) -> None:
    ended = install(tmp_path, WITHOUT_ENSUREPIP, beside={"uv": "echo the uv of this machine"})
    assert ended.returncode == 0, ended.stderr
    uv = subprocess.run([tmp_path / ".venv" / "bin" / "uv"], capture_output=True, text=True, check=True)
    assert uv.stdout == "the uv of this machine\n"
    assert (tmp_path / ".venv" / "bin" / "python").exists()
