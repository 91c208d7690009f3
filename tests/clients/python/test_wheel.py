"""What is built installs and imports where nothing of the server is, and brings its types along."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT

UV = str(Path(sys.executable).with_name("uv"))
ASK = """
import sys
import second_look
client = second_look.Client("https://review.example.com", api_key="k")
assert "site-packages" in second_look.__file__, second_look.__file__
servers = sorted({"django", "moderation"} & set(sys.modules))
print(client._headers["User-Agent"], servers)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [UV, "build", "--offline", "--quiet", "--wheel", "--out-dir", str(folder), "clients/python"]
    nothing_there = {**os.environ, "UV_CACHE_DIR": str(tmp_path_factory.mktemp("cache"))}
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, env=nothing_there)
    (built,) = folder.glob("*.whl")
    return built


def test_it_installs_without_a_network_and_imports_without_django(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [UV, "pip", "install", "--offline", "--quiet", "--no-deps", "--python", str(python), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    libraries = Path(httpx.__file__).parents[1]
    only_httpx = tmp_path / "only-httpx"
    only_httpx.mkdir()
    for name in ("httpx", "httpcore", "anyio", "certifi", "h11", "idna", "sniffio", "typing_extensions.py"):
        if (libraries / name).exists():
            (only_httpx / name).symlink_to(libraries / name)
    ended = subprocess.run(
        [str(python), "-c", ASK], env={"PYTHONPATH": str(only_httpx)}, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "second-look-python/0.1.0 []\n"


def test_it_has_its_types_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "second_look/py.typed" in names
    assert {name.split("/")[0] for name in names} == {"second_look", "second_look_client-0.1.0.dist-info"}
    metadata = zipfile.ZipFile(wheel).read("second_look_client-0.1.0.dist-info/METADATA").decode()
    assert "Requires-Dist: httpx>=0.27" in metadata
    assert "License-Expression: Apache-2.0" in metadata
