"""Mail through a real SMTP server, a process of its own: a forgotten password, an invitation."""

from __future__ import annotations

import email
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts import invitations
from accounts.auth import invitation_mail
from accounts.models import AuditEvent
from moderation.runtime.mail import mail_settings
from tests.accounts.auth.test_guesses import gets_in, sign_in
from tests.accounts.test_people import is_out
from tests.processes import free_port
from tests.waiting import wait_for
from tests.world import World

NEW = "eleven quiet rivers northward"


@pytest.fixture
def letters(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The folder in which the mail server puts what it is sent."""
    port, box = free_port(), tmp_path / "box"
    argv = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox"]
    process = subprocess.Popen([*argv, str(box)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port), what="the mail server to answer")
        settings.EMAIL_URL = f"smtp://127.0.0.1:{port}?tls=none"
        for name, value in mail_settings(settings.EMAIL_URL).items():
            setattr(settings, name, value)
        yield box / "new"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def read(letters: Path) -> list[Message]:
    return (
        [email.message_from_bytes(path.read_bytes()) for path in sorted(letters.iterdir())] if letters.exists() else []
    )


def text(letter: Message) -> str:
    payload = letter.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_a_forgotten_password_is_replaced_by_mail(client: Client, letters: Path, world: World) -> None:
    stage = Client()
    stage.force_login(world.alice)
    assert "Forgot your password?" in client.get("/accounts/login/").content.decode()
    client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    (letter,) = read(letters)
    assert letter["To"] == "alice@example.test"
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", text(letter))
    assert link
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})
    world.alice.refresh_from_db()
    assert world.alice.check_password(NEW)
    assert is_out(stage)
    assert gets_in(Client(), password=NEW)
    assert AuditEvent.objects.filter(action="user.password-set", by=world.alice).exists()
    assert "has been used or has ended" in Client().get(link[1], follow=True).content.decode()  # once


def test_a_simple_password_is_refused_there_too(client: Client, letters: Path, world: World) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", text(read(letters)[0]))
    assert link
    address = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": "123456789012", "password2": "123456789012"})
    assert sign_in(Client()).status_code == 302  # the old one still works


def test_strangers_learn_nothing_and_get_no_mail(client: Client, letters: Path, world: World) -> None:
    known = client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    unknown = client.post("/accounts/password/reset/", {"email": "stranger@example.test"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [letter["To"] for letter in read(letters)] == ["alice@example.test"]


def test_an_invitation_is_mailed_in_its_language(letters: Path, world: World) -> None:
    (link,) = invitations.invite(["mei@example.test"], role="moderator", language="zh-hans", by=world.dave)
    assert invitation_mail.send(link.invitation, f"https://review.example/accounts/invitation/{link.token}/")
    (letter,) = read(letters)
    assert letter["To"] == "mei@example.test"
    assert link.token in text(letter)
    assert re.search(r"[\u4e00-\u9fff]", text(letter))


def test_a_mail_server_that_is_away_loses_no_invitation(settings: Any, world: World) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{free_port()}?tls=none"
    for name, value in mail_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    (link,) = invitations.invite(["mei@example.test"], role="moderator", by=world.dave)
    assert not invitation_mail.send(link.invitation, "https://review.example/x")


def test_without_a_mail_server_no_page_offers_it(client: Client, world: World) -> None:
    assert "Forgot your password?" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/password/reset/").status_code == 404
