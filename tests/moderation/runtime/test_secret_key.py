"""Where SECRET_KEY comes from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from environs import EnvError

from moderation.runtime.secret_key import read_or_create


def test_a_given_key_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert read_or_create("given", folder=tmp_path) == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_made_key_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    made = read_or_create(None, folder=folder)
    assert len(made) >= 50
    assert read_or_create("", folder=folder) == made
    assert read_or_create(None, folder=tmp_path / "other") != made
    (kept,) = folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600


def test_with_a_database_of_ones_own_the_key_is_given(tmp_path: Path) -> None:
    for empty in (None, ""):
        with pytest.raises(EnvError, match="SECRET_KEY is not set"):
            read_or_create(empty, folder=None)


def test_many_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    start = Barrier(16)

    def read() -> str:
        start.wait()
        return read_or_create(None, folder=tmp_path)

    with ThreadPoolExecutor(16) as pool:
        read_by = {future.result() for future in [pool.submit(read) for _ in range(16)]}
    assert read_by == {(tmp_path / "secret_key").read_text()}
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
