"""No process starts on a database that was used with another SECRET_KEY, and the key can be changed in the end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from accounts.auth.second_factor_adapter import SealedFactors
from demo.servers import WEB
from moderation import sealed_secrets
from moderation.models import AppEngine, CallbackAddress, Endpoint, EndpointSecret, SecretKeyFingerprint
from moderation.runtime import encryption, key_fingerprint
from moderation.runtime.encryption import seal, unseal
from moderation.webhooks import custom_headers
from moderation.webhooks.custom_headers import Header
from tests.factories import endpoints
from tests.moderation.backup.databases import manage
from tests.processes import ROOT, environment_of, free_port
from tests.world import World, build

STRANGE_KEY = "another installation's key, of enough signs"
OUR_KEY = "only-for-tests-" + "0" * 40
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "moderation"]
PROCESSES = {
    "web": [*WEB, "moderation.wsgi:application"],
    "worker": [*CELERY, "worker", "--concurrency", "1"],
    "beat": [*CELERY, "beat", "--pidfile", ""],
    "dispatcher": [sys.executable, "manage.py", "deliver_due", "--loop"],
    "maintenance": [sys.executable, "manage.py", "maintain", "--loop"],
}


@pytest.fixture
def used(transactional_db: None) -> None:
    """The database was used with our key."""
    with connection.cursor() as cursor:
        assert not key_fingerprint.is_anothers(cursor)


@pytest.mark.parametrize("process", PROCESSES)
def test_no_process_starts_with_another_key(used: None, process: str, tmp_path: Path) -> None:
    argv = [*PROCESSES[process], *(["--port", str(free_port())] if process == "web" else [])]
    environment = environment_of(SECRET_KEY=STRANGE_KEY, DATA_DIR=str(tmp_path))
    ended = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode != 0
    assert "Cannot start: SECRET_KEY is not the one that this database was used with" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert STRANGE_KEY not in ended.stderr
    assert OUR_KEY not in ended.stderr


def test_a_key_that_is_the_one_before_is_accepted_beside_the_new_one(used: None) -> None:
    ended = manage("deliver_due", "--once", SECRET_KEY=STRANGE_KEY, SECRET_KEY_FALLBACKS=OUR_KEY)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_a_database_nothing_is_refused(used: None, settings: Any) -> None:
    settings.SECRET_KEY = STRANGE_KEY
    wrong, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "9"
    try:
        key_fingerprint.refuse_another_key()
    finally:
        connection.settings_dict["PORT"] = wrong


def test_at_first_use_a_key_that_opens_nothing_is_refused(transactional_db: None, settings: Any) -> None:
    """An installation from before there were fingerprints, started with another one's key."""
    SecretKeyFingerprint.objects.all().delete()
    endpoints.subscribed()
    settings.SECRET_KEY = STRANGE_KEY
    with pytest.raises(SystemExit, match="secrets that it does not open"):
        key_fingerprint.refuse_another_key()
    assert not SecretKeyFingerprint.objects.exists()
    settings.SECRET_KEY = OUR_KEY
    key_fingerprint.refuse_another_key()
    assert SecretKeyFingerprint.objects.get().fingerprint == key_fingerprint.fingerprint(OUR_KEY)


@pytest.fixture
def secrets_of_each_kind(used: None) -> World:
    world = build()
    endpoints.subscribed(headers_wanted=[Header("X-Key", "of the header", secret=True)])
    CallbackAddress.objects.create(
        name="old", app=world.web, sealed_access_key=seal("of the service"), secret_sha256="x"
    )
    AppEngine.objects.create(app=world.web, order=1, kind="http", sealed_settings=seal("{}"))
    adapter = SealedFactors()
    for kind, name in (("totp", "secret"), ("recovery_codes", "seed")):
        Authenticator.objects.create(user=world.alice, type=kind, data={name: adapter.encrypt(kind), "used_mask": 0})
    return world


def opened() -> set[str]:
    """All secrets, opened with the key in force."""
    return {
        unseal(EndpointSecret.objects.get().ciphertext)[:6],
        custom_headers.opened(Endpoint.objects.get().headers)["X-Key"],
        unseal(CallbackAddress.objects.get().sealed_access_key),
        unseal(AppEngine.objects.get().sealed_settings),
        unseal(Authenticator.objects.get(type="totp").data["secret"]),
        unseal(Authenticator.objects.get(type="recovery_codes").data["seed"]),
    }


def test_every_secret_is_sealed_anew_and_the_old_key_is_not_needed_any_more(
    secrets_of_each_kind: World, settings: Any
) -> None:
    rotated = manage("rotate_secret_key", SECRET_KEY=STRANGE_KEY, SECRET_KEY_FALLBACKS=OUR_KEY)
    assert rotated.returncode == 0, rotated.stderr
    assert "6 secrets are sealed with SECRET_KEY now" in rotated.stdout
    settings.SECRET_KEY = STRANGE_KEY
    assert opened() == {"whsec_", "of the header", "of the service", "{}", "totp", "recovery_codes"}
    key_fingerprint.refuse_another_key()
    settings.SECRET_KEY = OUR_KEY
    with pytest.raises(SystemExit):
        key_fingerprint.refuse_another_key()


def test_with_the_old_key_missing_nothing_is_changed_unless_it_is_lost(
    secrets_of_each_kind: World, settings: Any
) -> None:
    settings.SECRET_KEY = STRANGE_KEY
    with pytest.raises(sealed_secrets.SomeStayClosed, match="6 of 6"):
        sealed_secrets.seal_anew()
    assert not key_fingerprint.fits(SecretKeyFingerprint.objects.get().fingerprint)
    tally = sealed_secrets.seal_anew(lost=True)
    assert (tally.sealed, tally.closed) == (0, 6)
    key_fingerprint.refuse_another_key()
    with pytest.raises(encryption.WrongKey):
        unseal(EndpointSecret.objects.get().ciphertext)
