"""The commands that people and machines are told to type are there, and each is explained."""

from __future__ import annotations

import re

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
