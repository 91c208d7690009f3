"""`manage.py changepassword`, which Django brings along and we audit."""

from __future__ import annotations

import getpass

import pytest
from django.core.management import CommandError, call_command

from accounts import audit
from accounts.models import AuditEvent, KnownDevice
from tests.world import PASSWORD, World

NEW = "a new long battery"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getpass", lambda **_: NEW)


def test_it_is_audited_and_forgets_the_browsers(world: World, typed: None) -> None:
    KnownDevice.objects.create(user=world.alice, token_sha256="x")
    call_command("changepassword", "ALICE@example.test")
    world.alice.refresh_from_db()
    assert world.alice.check_password(NEW)
    event = AuditEvent.objects.get(action="user.password-set")
    assert (event.by_name, event.on_id) == ("command line", str(world.alice.pk))
    assert not world.alice.known_devices.exists()


def test_without_its_record_it_does_not_happen(world: World, typed: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no audit today")

    monkeypatch.setattr(audit, "record_all", refuse)
    with pytest.raises(RuntimeError, match="no audit today"):
        call_command("changepassword", "alice@example.test")
    world.alice.refresh_from_db()
    assert world.alice.check_password(PASSWORD)


@pytest.mark.parametrize("email", ["nobody@example.test", None])
def test_nobody_has_no_password(world: World, typed: None, email: str | None) -> None:
    with pytest.raises(CommandError, match="There is no person"):
        call_command("changepassword", *([email] if email else []))
