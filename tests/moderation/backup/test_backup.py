"""A backup is whole or not there, and is restored only where it fits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.storage import storages

from moderation.backup.errors import BackupRefused
from moderation.backup.postgres_programs import find, parameters
from moderation.backup.restore import restore
from moderation.backup.save import save
from moderation.last_times import Happening, last_times
from moderation.models import Picture, PictureFetch
from tests.factories import endpoints, pictures, tasks
from tests.moderation.media.s3_server import s3_server
from tests.processes import ROOT, environment_of
from tests.waiting import wait_for
from tests.world import World, build

from .databases import empty_database, manage

STRANGE_KEY = "another installation's key, of enough signs"


@pytest.fixture
def committed_world(transactional_db: None) -> World:
    return build()


@pytest.fixture
def saved(committed_world: World, tmp_path: Path) -> Path:
    """Of one case with its picture."""
    endpoints.subscribed()
    (task,) = tasks.waiting(committed_world.default, app=committed_world.web)
    pictures.show(task.case, pictures.still())
    save(tmp_path / "saved", by="tests")
    return tmp_path / "saved"


def change(folder: Path, **fields: Any) -> None:
    manifest = folder / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | fields))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.glob(f"*{folder.name}*"))


def test_what_was_saved_can_be_checked_with_sha256sum_and_is_told_on_the_health_page(saved: Path) -> None:
    checked = subprocess.run(["sha256sum", "--check", "--strict", "files.sha256"], cwd=saved, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest["rows"]["moderation.Case"] == 1
    assert manifest["pictures"] == len({*Picture.objects.get().blurs, *_files()})
    assert saved.stat().st_mode & 0o777 == 0o700
    assert last_times()[Happening.BACKUP.value].by == "tests"
    assert os.environ["SECRET_KEY"] not in (saved / "manifest.json").read_text()


def _files() -> set[str]:
    picture = Picture.objects.get()
    return {picture.web, picture.preview, picture.thumbnail, picture.full} - {""}


def test_a_backup_that_was_killed_is_not_there(committed_world: World, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    with psycopg.connect(**parameters()) as other:
        other.execute("LOCK TABLE moderation_case")  # pg_dump waits for it
        argv = [sys.executable, "manage.py", "backup", str(folder)]
        running = subprocess.Popen(argv, cwd=ROOT, env=environment_of(), process_group=0)
        wait_for(lambda: list(tmp_path.glob(".killed.unfinished-*/database/toc.dat")) or _waits(), what="pg_dump")
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert not folder.exists()
    save(folder, by="tests")
    assert (folder / "manifest.json").exists()


def _waits() -> bool:
    with psycopg.connect(**parameters()) as asking:
        asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'"
        return asking.execute(asked).fetchone() != (0,)


def test_a_backup_that_fails_leaves_nothing(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pictures").rename(tmp_path / "away")
    (tmp_path / "pictures").write_text("not a folder")
    with pytest.raises(BackupRefused, match="picture store"):
        save(tmp_path / "other", by="tests")
    assert left(tmp_path / "other") == []


def test_a_folder_that_is_there_is_left_alone(saved: Path) -> None:
    with pytest.raises(BackupRefused, match="is there already"):
        save(saved, by="tests")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"key_fingerprint": "0" * 32}, "made with another SECRET_KEY .* secret_key of its DATA_DIR"),
        ({"migrations": ["moderation.9999_from_tomorrow"]}, "newer version: it has 1 migrations .*9999_from_tomorrow"),
        ({"format": 2}, "has the format 2"),
        ({"files_sha256": "0"}, "the backup is damaged"),
        ({"unknown": 1}, "not a whole one"),
    ],
)
def test_a_backup_that_does_not_fit_is_refused_with_words(saved: Path, fields: dict[str, Any], said: str) -> None:
    change(saved, **fields)
    with empty_database() as url:
        refused = manage("restore", str(saved), DATABASE_URL=url)
        assert (refused.returncode, _tables(url)) == (1, 0)
    with pytest.raises(BackupRefused, match=said):
        restore(saved)


@pytest.mark.parametrize("place", ["database", "pictures"])
def test_a_byte_that_changed_is_found_before_anything_is_done(saved: Path, place: str) -> None:
    damaged = next(path for path in (saved / place).rglob("*") if path.is_file())
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    with empty_database() as url:
        refused = manage("restore", str(saved), DATABASE_URL=url)
        assert damaged.name in refused.stderr
        assert "Nothing was changed" in refused.stderr
        assert _tables(url) == 0


def test_a_database_that_is_not_empty_is_replaced_only_when_that_is_asked_for(saved: Path) -> None:
    with empty_database() as url:
        assert manage("restore", str(saved), DATABASE_URL=url).returncode == 0
        refused = manage("restore", str(saved), DATABASE_URL=url)
        assert "is not empty" in refused.stderr
        with psycopg.connect(url):
            in_use = manage("restore", str(saved), "--replace", DATABASE_URL=url)
            assert "Stop all other processes" in in_use.stderr
        again = manage("restore", str(saved), "--replace", "--jobs", "2", DATABASE_URL=url)
        assert again.returncode == 0, again.stderr
        assert "1 cases and" in again.stdout


def test_pictures_that_were_left_out_are_fetched_anew_or_told(saved: Path, tmp_path: Path) -> None:
    with empty_database() as url:
        there = {"DATABASE_URL": url, "MEDIA_STORAGE": str(tmp_path / "elsewhere")}
        done = manage("restore", str(saved), "--without-pictures", **there)
        assert "1 pictures have no files" in done.stdout, done.stderr
        with psycopg.connect(url) as opened:
            found = opened.execute("SELECT state, why ->> 'code' FROM moderation_picturefetch").fetchall()
    assert found == [("unavailable", "picture.lost")]
    assert PictureFetch.objects.get().state == "ready"


def test_a_bucket_is_saved_and_restored_too(committed_world: World, settings: Any, tmp_path: Path) -> None:
    with s3_server() as server:
        settings.STORAGES = settings.STORAGES | {"pictures": server.storage("s3://pictures/before")}
        (task,) = tasks.waiting(committed_world.default, app=committed_world.web)
        picture = pictures.show(task.case, pictures.animation(3))
        save(tmp_path / "saved", by="tests")
        keys = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "only-for-tests", "AWS_REGION": "us-east-1"}
        with empty_database() as url:
            there = {"DATABASE_URL": url, "MEDIA_STORAGE": "s3://pictures/after", "MEDIA_S3_ENDPOINT": server.url}
            done = manage("restore", str(tmp_path / "saved"), **there, **keys)
            assert done.returncode == 0, done.stderr
        settings.STORAGES = settings.STORAGES | {"pictures": server.storage("s3://pictures/after")}
        named = {picture.web, *picture.blurs, *(frame.web for frame in picture.kept_frames)}
        assert all(storages["pictures"].exists(key) for key in named)


def test_a_program_that_is_too_old_is_named(transactional_db: None) -> None:
    with pytest.raises(BackupRefused, match="pg_dump of PostgreSQL 99 or newer is needed"):
        find("pg_dump", 990_000)


def _tables(url: str) -> int:
    with psycopg.connect(url) as opened:
        ((tables,),) = opened.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return int(tables)
