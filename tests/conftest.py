from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.cache import caches
from django.core.management.commands import flush
from django.db import OperationalError, connection, transaction
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker

from accounts import audit_buffers
from accounts.rate_limits import rates
from moderation import labels, word_lists
from moderation.api import app_scope
from moderation.disposal import in_force as disposal
from moderation.intake import cases
from moderation.known_pictures import in_force as known_pictures
from moderation.media.storage import picture_storage
from moderation.models import Label
from moderation.policy_versions import shadow, store
from review.workflow import enqueue
from tests import sockets
from tests.kept_world import KeptWorld, keep
from tests.servers import NOTHING_COLLECTED, copy_migrated
from tests.tables import emptying
from tests.waiting import wait_for
from tests.world import World

# On a machine ten times busier an example takes ten times as long: that says nothing about it.
hypothesis.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits for whole processes runs first: at the end one worker would do so alone."""
    folder = Path(__file__).parent
    first = ("clients", "deploy", "faults", "flow", "browser/pages/test_every_page.py", "browser/interruptions")
    slow = tuple(folder / name for name in first)
    items.sort(key=lambda item: not any(item.path.is_relative_to(one) for one in slow))


def pytest_collection_finish() -> None:
    """As the web process does once it has started: what is loaded by now is not looked through for garbage again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        with django_db_blocker.unblock():
            copy_migrated(connection, folder=settings.DATA_DIR)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker, quick_passwords: None) -> KeptWorld:
    """The cast is made before any test and any process has written something."""
    with django_db_blocker.unblock():
        kept = keep()
        connection.close()
    return kept


@pytest.fixture
def world(db: None, django_db_setup: KeptWorld) -> World:
    """The fixed users, queues and app of the tests, and the product's labels."""
    return _restored(django_db_setup)


def _restored(kept: KeptWorld) -> World:
    """With the product's labels: an earlier test may have emptied them."""
    if not Label.objects.filter(source=Label.Source.PRODUCT).exists():
        Label.objects.all().delete()
        kept.restore_labels()
        labels.forget()
    return kept.restored()


@pytest.fixture(scope="module")
def module_transaction(
    django_db_setup: KeptWorld, django_db_blocker: DjangoDbBlocker, nothing_remembered_by_the_module: None
) -> Iterator[None]:
    """Around all tests of a module that share what its fixtures make: the fixture `db` takes back to it what each test
    changes. Begin such fixtures with this one, and do not use `world`, which puts its rows in again.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_world(module_transaction: None, django_db_setup: KeptWorld) -> World:
    """The cast, once for all tests of a module. Each test takes a copy: the rows are as before, but not the models."""
    return _restored(django_db_setup)


@pytest.fixture
def admin(client: Client, world: World) -> Client:
    """A browser in which Dave is signed in."""
    client.force_login(world.dave)
    return client


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Path) -> None:
    """Every test keeps its pictures in a folder of its own, and needs no collected static files."""
    settings.STATIC_ROOT = settings.DATA_DIR / NOTHING_COLLECTED
    place = picture_storage(str(tmp_path / "pictures"))
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {"pictures": place, "staticfiles": plain}


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine() -> Iterator[None]:
    sockets.taken()
    yield
    assert sockets.taken() == []


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """The real hasher takes half a second per user, on purpose. Processes that the tests start can still verify such a
    hash, since it contains its number of rounds.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    forget()


@pytest.fixture(scope="module")
def nothing_remembered_by_the_module() -> None:
    """For fixtures of a module that write: they come before those of its first test."""
    forget()


def forget() -> None:
    """Clear process caches of the previous database, and the language of the previous request."""
    translation.deactivate()
    (settings.DATA_DIR / "audit-heads.jsonl").unlink(missing_ok=True)
    cases._KNOWN_EVENTS.clear()
    labels.forget()
    disposal.forget()
    store.forget()
    shadow.forget()
    caches["process"].clear()
    word_lists.forget()
    known_pictures.forget()
    app_scope.forget()
    enqueue.forget()
    for buffer in audit_buffers._buffers:
        buffer._counts.clear()
    forget_sign_ins()


def forget_sign_ins() -> None:
    """What Redis counted in earlier tests, by the same people, keys and addresses."""
    client = rates._client(settings.REDIS_URL)
    if keys := client.keys("rate:*"):
        client.delete(*keys)
    rates._full_at.clear()


@pytest.fixture(scope="session", autouse=True)
def tables_are_emptied_quickly() -> Iterator[None]:
    """After each test that commits."""

    def emptied(self: Any, sql_list: list[str]) -> None:
        for is_last in (False, False, False, True):
            wait_for(_others_are_idle, what="other processes to leave the database alone")
            try:
                return emptying.empty()
            except OperationalError:  # a deadlock with a call that came in between
                if is_last:
                    raise
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", emptied)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_: None)  # what it would make is kept
        yield


def _others_are_idle() -> bool:
    """Emptying could deadlock with a browser's last call or with the backend of a killed process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND state <> 'idle'"
        )
        return bool(cursor.fetchone() == (0,))
