"""A package that would have to be built from source on one of our platforms is named before anybody waits for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.wheels import PLATFORMS, PYTHONS, why_not

NOWHERE = "https://files.example/"
LOCK = """lock-version = "1.0"
created-by = "uv"
requires-python = ">=3.11"

[[packages]]
name = "quick"
version = "1.0"
sdist = {{ url = "{at}quick-1.0.tar.gz", size = 1, hashes = {{ sha256 = "{digest}" }} }}
wheels = [
    {{ url = "{at}quick-1.0-cp311-abi3-manylinux_2_17_x86_64.whl", size = 1, hashes = {{ sha256 = "{digest}" }} }},
    {{ url = "{at}quick-1.0-cp312-cp312-macosx_11_0_arm64.whl", size = 1, hashes = {{ sha256 = "{digest}" }} }},
]
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "pylock.toml"
    file.write_text(LOCK.format(at=NOWHERE, digest="0" * 64))
    return file


@pytest.mark.parametrize("python", PYTHONS)
def test_where_every_package_has_a_wheel_there_is_nothing_to_say(lock: Path, python: str) -> None:
    assert why_not(lock, platform=PLATFORMS["Linux x86-64"], python=python) == ""


@pytest.mark.parametrize(("name", "python"), [("Linux ARM64", "3.11"), ("macOS ARM64", "3.13")])
def test_a_package_that_would_be_built_from_source_is_named(lock: Path, name: str, python: str) -> None:
    assert "`quick`" in why_not(lock, platform=PLATFORMS[name], python=python)
