"""Real servers in real folders: what survives, who owns, what is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dj_database_url
import psycopg
import pytest
import redis
from celery import Celery

from moderation.runtime.broker import celery_broker
from moderation.runtime.embedded import CannotStart, FolderTaken, addresses, running
from moderation.runtime.embedded.places import SOCKET_PATH_BYTES, places_of
from moderation.runtime.embedded.server_process import is_alive, pid_in
from tests.waiting import wait_for

from .looks import kill, note, notes, postgres_pid, redis_get, redis_pid, redis_set, setting

StartOwner = Callable[[Path], "subprocess.Popen[str]"]


def test_rows_and_keys_survive_a_stop_and_a_start(folder: Path) -> None:
    said: list[str] = []
    with running(folder, say=said.append) as first:
        note(first.database_url, "kept")
        redis_set(first.redis_url, "key", "kept")
    assert any("creating the database" in words for words in said)

    said.clear()
    with running(folder, say=said.append) as second:
        assert notes(second.database_url) == ["kept"]
        assert redis_get(second.redis_url, "key") == "kept"
    assert second == first == addresses(folder)
    assert not any("creating the database" in words for words in said)


def test_everything_has_ended_after_leaving(folder: Path) -> None:
    with running(folder):
        pids = [postgres_pid(folder), redis_pid(folder)]
        assert all(is_alive(pid) for pid in pids)
    assert not any(is_alive(pid) for pid in pids)
    assert not list(places_of(folder).sockets.iterdir())


def test_settings_that_durability_and_the_hot_tables_rest_on(folder: Path) -> None:
    with running(folder, redis=False) as where:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert setting(where.database_url, name) == "on"
        assert setting(where.database_url, "idle_in_transaction_session_timeout") == "1min"
        assert setting(where.database_url, "max_connections") == "100"
        assert setting(where.database_url, "listen_addresses") == ""
        assert setting(where.database_url, "server_encoding") == "UTF8"
        assert setting(where.database_url, "server_version_num").startswith("18")


def test_only_who_asks_for_it_gets_a_database_that_waits_for_no_disk(folder: Path) -> None:
    with running(folder, redis=False, durable=False) as where:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert setting(where.database_url, name) == "off"


def test_redis_keeps_everything_and_is_reached_by_socket_only(folder: Path) -> None:
    with running(folder, postgres=False) as where, redis.Redis.from_url(where.redis_url) as client:
        expected = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
        assert {name: client.config_get(name)[name] for name in expected} == expected


def test_only_what_was_asked_for_is_started(folder: Path) -> None:
    with running(folder, postgres=False) as where:
        redis_set(where.redis_url, "key", "value")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(where.database_url)


def test_two_folders_at_once_know_nothing_of_each_other(folder: Path) -> None:
    with running(folder / "one") as one, running(folder / "two") as two:
        note(one.database_url, "one")
        note(two.database_url, "two")
        redis_set(one.redis_url, "key", "one")
        assert notes(two.database_url) == ["two"]
        assert redis_get(two.redis_url, "key") is None


def test_a_folder_too_deep_for_a_socket_gets_a_short_one(folder: Path) -> None:
    deep_folder = folder / ("deep" * 25)
    with running(deep_folder) as where:
        assert len(str(places_of(deep_folder).postgres_socket).encode()) <= SOCKET_PATH_BYTES
        assert places_of(deep_folder).sockets.stat().st_mode & 0o777 == 0o700
        note(where.database_url, "deep")
        redis_set(where.redis_url, "key", "deep")
        assert notes(where.database_url) == ["deep"]


@pytest.mark.parametrize("name", ["Großes Bild, 100% it's", "UPPER"])
def test_odd_folder_names_work_for_every_client(folder: Path, name: str) -> None:
    with running(folder / name) as where:
        note(where.database_url, name)
        assert notes(where.database_url) == [name]
        settings = dj_database_url.parse(where.database_url)
        host, port = settings["HOST"], settings["PORT"]
        psycopg.connect(host=host, port=port, user=settings["USER"], dbname=settings["NAME"]).close()
        with Celery(broker=celery_broker(where.redis_url)[0], set_as_current=False).connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=5)


def test_a_client_with_its_own_pgport_still_finds_us(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    with running(folder, redis=False) as where:
        note(where.database_url, "found")


def test_committed_rows_survive_a_killed_postmaster(folder: Path) -> None:
    with running(folder, redis=False) as where:
        note(where.database_url, "committed")
        kill(postgres_pid(folder))
        assert (places_of(folder).postgres_data / "postmaster.pid").exists()
    with running(folder, redis=False) as where:
        assert notes(where.database_url) == ["committed"]


def test_a_start_waits_for_the_backends_of_a_killed_postmaster(folder: Path) -> None:
    with running(folder, redis=False) as where:
        note(where.database_url, "committed")
        session = psycopg.connect(where.database_url)
        backend = session.info.backend_pid
        os.kill(backend, signal.SIGSTOP)  # it cannot notice, and keeps the shared memory
        kill(postgres_pid(folder))
    end_of_backend = threading.Timer(1, os.kill, [backend, signal.SIGKILL])
    end_of_backend.start()
    with running(folder, redis=False) as where:
        assert notes(where.database_url) == ["committed"]
    end_of_backend.join()
    session.close()


def test_the_number_of_a_dead_postmaster_now_belongs_to_a_stranger(folder: Path) -> None:
    with running(folder, redis=False) as where:
        note(where.database_url, "committed")
        kill(postgres_pid(folder))
    stale = places_of(folder).postgres_data / "postmaster.pid"
    # The server's own account: PostgreSQL looks through a number that belongs to anybody else by itself.
    with subprocess.Popen(["sleep", "60"], cwd="/", user=stale.stat().st_uid) as stranger:
        stale.write_text(stale.read_text().replace(str(pid_in(stale)), str(stranger.pid), 1))
        with running(folder, redis=False) as where:
            assert notes(where.database_url) == ["committed"]
        assert stranger.poll() is None
        stranger.terminate()


def test_an_interrupted_first_start_leaves_no_half_database(folder: Path) -> None:
    (folder / "postgres.unfinished" / "base").mkdir(parents=True)
    with running(folder, redis=False) as where:
        note(where.database_url, "whole")
    assert not (folder / "postgres.unfinished").exists()


def test_a_second_process_uses_what_runs_and_leaves_it_running(folder: Path, start_owner: StartOwner) -> None:
    start_owner(folder)
    before = postgres_pid(folder), redis_pid(folder)
    with running(folder) as where:
        note(where.database_url, "shared")
    assert (postgres_pid(folder), redis_pid(folder)) == before
    assert notes(addresses(folder).database_url) == ["shared"]


def test_three_first_starts_at_once_make_one_database(folder: Path, start_owner: StartOwner) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(start_owner, [folder] * 3))
    note(addresses(folder).database_url, "one")
    assert notes(addresses(folder).database_url) == ["one"]
    assert (folder / "logs" / "postgres.log").read_text().count("ready to accept connections") == 1


def test_a_second_start_alone_says_who_holds_the_folder(folder: Path, start_owner: StartOwner) -> None:
    owner = start_owner(folder)
    with pytest.raises(FolderTaken, match=f"process {owner.pid}.*kill {owner.pid}.*another folder") as taken:
        running(folder, alone=True).__enter__()
    assert taken.value.pid == owner.pid


def test_nested_use_in_one_process_stops_nothing_early(folder: Path) -> None:
    with running(folder) as where:
        with running(folder):
            note(where.database_url, "inner")
        assert notes(where.database_url) == ["inner"]


def test_servers_of_a_killed_owner_are_adopted_and_then_stopped(folder: Path, start_owner: StartOwner) -> None:
    kill(start_owner(folder).pid)
    orphans = postgres_pid(folder), redis_pid(folder)
    assert all(is_alive(pid) for pid in orphans)
    with running(folder, alone=True) as where:
        note(where.database_url, "adopted")
        assert (postgres_pid(folder), redis_pid(folder)) == orphans
    assert not any(is_alive(pid) for pid in orphans)


def test_orphans_that_no_longer_answer_are_replaced(folder: Path, start_owner: StartOwner) -> None:
    kill(start_owner(folder).pid)
    orphans = postgres_pid(folder), redis_pid(folder)
    for socket in places_of(folder).sockets.iterdir():
        socket.unlink()  # as a cleaner of temporary files would
    with running(folder) as where:
        note(where.database_url, "anew")
        redis_set(where.redis_url, "key", "anew")
        assert not any(is_alive(pid) for pid in orphans)


@pytest.mark.parametrize("victim", [postgres_pid, redis_pid])
def test_the_owner_ends_when_a_server_dies_and_can_be_started_again(
    folder: Path, start_owner: StartOwner, victim: Callable[[Path], int]
) -> None:
    owner = start_owner(folder)
    survivors = {postgres_pid(folder), redis_pid(folder)} - {victim(folder)}
    kill(victim(folder))
    assert owner.wait(20) == 1
    assert not any(is_alive(pid) for pid in survivors)
    start_owner(folder)


def test_a_fork_that_leaves_stops_nothing(folder: Path, start_owner: StartOwner) -> None:
    kill(start_owner(folder).pid)
    program = (
        "import os, sys, pathlib\n"
        "from moderation.runtime.embedded import running\n"
        "with running(pathlib.Path(sys.argv[1])):\n"
        "    if (child := os.fork()) == 0:\n"
        "        sys.exit()\n"
        "    os.waitpid(child, 0)\n"
        "    print('forked', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    argv = [sys.executable, "-c", program, str(folder)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"forked\n"
        note(addresses(folder).database_url, "still there")


def test_another_major_version_is_refused_and_left_alone(folder: Path) -> None:
    with running(folder, redis=False):
        pass
    version = places_of(folder).postgres_data / "PG_VERSION"
    version.write_text("15\n")
    with pytest.raises(CannotStart, match=r"it says: 15.*DATABASE_URL"):
        running(folder, redis=False).__enter__()


def test_a_server_that_ends_while_starting_is_quoted(folder: Path) -> None:
    with running(folder, redis=False):
        pass
    (places_of(folder).postgres_data / "pg_hba.conf").write_text("nonsense\n")
    with pytest.raises(CannotStart, match=r"(?s)PostgreSQL ended while starting.*postgres\.log.*pg_hba\.conf"):
        running(folder, redis=False).__enter__()


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    folder.touch()
    with pytest.raises(CannotStart, match=f"{folder}.*another folder"):
        running(folder).__enter__()


def test_a_link_in_place_of_the_socket_directory_is_not_followed(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    tmp_path.chmod(0o755)
    before = tmp_path.stat()
    places_of(folder).sockets.symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="is in the way"):
        running(folder).__enter__()
    assert (tmp_path.stat().st_uid, tmp_path.stat().st_mode) == (before.st_uid, before.st_mode)


def test_when_redis_fails_the_database_is_stopped_again(folder: Path) -> None:
    (folder / "redis").mkdir(parents=True)
    (folder / "redis" / "appendonly.aof").write_text("nonsense")
    with pytest.raises(CannotStart, match=r"(?s)Redis ended while starting.*redis\.log"):
        running(folder).__enter__()
    wait_for(lambda: not (places_of(folder).postgres_data / "postmaster.pid").exists())
