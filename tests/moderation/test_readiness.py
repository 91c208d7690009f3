"""What stops a process, what only makes it slower, and that each is named with what to do about it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from moderation import readiness
from moderation.models import DispatcherLease as DispatcherLeaseRow
from moderation.models import SecretKeyFingerprint
from moderation.runtime import key_fingerprint
from moderation.webhooks import endpoints as verbs
from moderation.webhooks.dispatcher_lease import DispatcherLease
from tests.factories import endpoints
from tests.networks.pgbouncer import needs_pgbouncer, pgbouncer
from tests.world import World

STRANGE_KEY = "another installation's key, of enough signs"


def found(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, {one["name"]: one["why"] for one in answer.json()["found"]}


@pytest.fixture(autouse=True)
def somebody_delivers(db: None) -> None:
    DispatcherLease().take()


def test_a_time_without_any_dispatcher_is_named_and_stops_nothing(client: Client) -> None:
    DispatcherLeaseRow.objects.all().delete()
    status, wrong = found(client)
    assert (status, set(wrong)) == (200, {"dispatcher"})
    DispatcherLease().take()
    assert found(client) == (200, {})


def test_every_check_says_what_to_do() -> None:
    names = [check.name for check in readiness.CHECKS]
    assert len(set(names)) == len(names)
    assert all(check.to_do.endswith(".") for check in readiness.CHECKS)


def test_a_migration_that_was_not_applied_stops(client: Client, db: None) -> None:
    MigrationRecorder(connection).record_unapplied("review", "0009_queues_are_remembered")
    assert found(client) == (503, {"migrations": "1 not applied"})


@pytest.mark.parametrize("kept", [True, False])
def test_another_installations_key_stops(client: Client, db: None, settings: Any, kept: bool) -> None:
    """Known by the fingerprint that the database keeps, and in one without by a secret that it does not open."""
    SecretKeyFingerprint.objects.all().delete()
    if kept:
        with connection.cursor() as cursor:
            key_fingerprint.replace(cursor)
    else:
        endpoints.subscribed()
    assert found(client) == (200, {})
    settings.SECRET_KEY = STRANGE_KEY
    assert found(client) == (503, {"secretKey": "is not the one that this database was used with"})
    settings.SECRET_KEY_FALLBACKS = ["only-for-tests-" + "0" * 40]
    assert found(client) == (200, {})


def test_a_secret_that_alone_cannot_be_opened_is_named_and_stops_nothing(
    client: Client, world: World, settings: Any
) -> None:
    endpoint, _ = endpoints.subscribed()
    ours, settings.SECRET_KEY = settings.SECRET_KEY, STRANGE_KEY
    verbs.rotate_secret(endpoint, by=world.dave)
    settings.SECRET_KEY = ours
    assert found(client) == (200, {"storedSecrets": "1 of 2 cannot be opened"})
    assert client.get("/readyz").json()["status"] == "degraded"


@pytest.fixture
def hashed(settings: Any, tmp_path: Path) -> Path:
    source = tmp_path / "sources" / "css"
    source.mkdir(parents=True)
    (source / "base.css").write_text("a {}")
    settings.STATICFILES_DIRS = [tmp_path / "sources"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    ours = {"BACKEND": "moderation.runtime.static_files.HashedStaticFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": ours}
    return tmp_path / "collected"


def test_static_files_that_were_not_collected_stop(client: Client, db: None, hashed: Path) -> None:
    assert found(client) == (503, {"staticFiles": "not collected"})


def test_collected_static_files_that_are_gone_stop(client: Client, db: None, hashed: Path, settings: Any) -> None:
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.STORAGES = dict(settings.STORAGES)  # as in a process that starts now
    assert found(client) == (200, {})
    for file in hashed.glob("css/*"):
        file.unlink()
    assert found(client) == (503, {"staticFiles": "not there"})


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_stops(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        assert found(client) == (503, {"postgresql": "read-only"})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
    assert found(client) == (200, {})


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = tmp_path / "small"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k,mode=1777", "tmpfs", str(mounted)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    for folder in (tmp_path, *tmp_path.parents):
        folder.chmod(folder.stat().st_mode | 0o011)  # the server runs as an account of its own
    yield mounted
    subprocess.run(["umount", "--lazy", str(mounted)], check=True)


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_stops(client: Client, small_disk: Path) -> None:
    """Where temporary tables go stands for where all tables are: a test cannot fill the server's own disk."""
    place = small_disk / "tables"
    place.mkdir(mode=0o777)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
        server = Path(cursor.fetchone()[0]).stat()
    subprocess.run(["chown", f"{server.st_uid}:{server.st_gid}", str(place)], check=True)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        cursor.execute("SET temp_tablespaces = small")
    try:
        (small_disk / "filler").write_bytes(b"x" * 100_000)
        assert found(client) == (503, {"postgresql": "refuses writes"})
        (small_disk / "filler").unlink()
        # The table's first pages are there by now, and a disk with room takes all of them.
        subprocess.run(["mount", "-o", "remount,size=4m", str(small_disk)], check=True)
        assert found(client) == (200, {})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.room_on_disk")
            cursor.execute("RESET temp_tablespaces")
            cursor.execute("DROP TABLESPACE small")


def test_pictures_that_cannot_be_kept_are_named(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "LEAST_FREE_BYTES", 10**18)
    assert found(client) == (200, {"pictures": "nearly full"})


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_operators_ask_a_process_by_its_own_address(client: Client, db: None, path: str) -> None:
    asked: dict[str, Any] = {"headers": {"Host": "10.244.1.7:8000"}, "REMOTE_ADDR": "10.244.0.1"}
    assert client.get(path, **asked).status_code == 200
    assert client.get("/review/", **asked).status_code == 400
    assert client.get("/api/v1/results", **asked).status_code == 400


@pytest.mark.django_db(transaction=True)
def test_sessions_that_nothing_limits_are_named_and_stop_nothing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET transaction_timeout = 0")
    try:
        status, wrong = found(client)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET transaction_timeout")
    assert (status, wrong) == (200, {"sessionLimits": "transaction_timeout 0: nothing ends what hangs"})


@pytest.mark.django_db(transaction=True)
def test_no_table_is_left_in_the_session(client: Client) -> None:
    """It would be dropped when the session ends, which waits for the standby for ever once that is gone."""
    assert found(client) == (200, {})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
        assert cursor.fetchone() == (0,)


@needs_pgbouncer
@pytest.mark.django_db(transaction=True)
def test_a_pooler_that_nobody_told_us_of_is_named(client: Client, tmp_path: Path) -> None:
    """It ignores `options`, too."""
    tmp_path.chmod(0o755)
    with pgbouncer(tmp_path) as port, elsewhere(port):
        status, wrong = found(client)
        assert (status, set(wrong)) == (200, {"sessionLimits", "pooler"})
    assert found(client) == (200, {})


@contextmanager
def elsewhere(port: int) -> Iterator[None]:
    """This thread's connection leads to that port of loopback, and through no pool of ours."""
    connection.close()
    kept = connection.settings_dict
    options = {name: value for name, value in kept["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = kept | {"HOST": "127.0.0.1", "PORT": str(port), "OPTIONS": options}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept
