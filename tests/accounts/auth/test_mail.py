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
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import invitations, people
from accounts.auth import invitation_mail, password_mail
from accounts.models import AuditEvent, PasswordMail
from moderation.runtime.mail import mail_settings
from moderation.tasks import mail_passwords
from review.maintenance import maintain
from tests.accounts.auth.test_guesses import gets_in, sign_in
from tests.accounts.test_people import is_out
from tests.processes import free_port
from tests.waiting import wait_for
from tests.world import World

NEW = "eleven quiet rivers northward"


@pytest.fixture
def letters(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The folder in which the mail server puts what it is sent."""
    port, box = mailed_to(settings), tmp_path / "box"
    argv = [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Mailbox"]
    process = subprocess.Popen([*argv, str(box)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port), what="the mail server to answer")
        yield box / "new"
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def mailed_to(settings: Any) -> int:
    """A port of this machine at which nobody listens yet."""
    port = free_port()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}?tls=none"
    for name, value in mail_settings(settings.EMAIL_URL).items():
        setattr(settings, name, value)
    return port


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
    assert read(letters) == []  # the page waits for no mail server
    assert password_mail.send_waiting() == 1
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
    password_mail.send_waiting()
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", text(read(letters)[0]))
    assert link
    address = client.get(link[1], follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": "123456789012", "password2": "123456789012"})
    assert sign_in(Client()).status_code == 302  # the old one still works


def test_strangers_learn_nothing_and_get_no_mail(client: Client, letters: Path, world: World) -> None:
    answers, written = [], []
    for who in ("alice@example.test", "stranger@example.test"):
        with CaptureQueriesContext(connection) as queries:
            answers.append(client.post("/accounts/password/reset/", {"email": who}))
        written.append(sum(query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries))
    known, unknown = answers
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert written[0] == written[1]  # so that the time it takes tells nothing
    assert password_mail.send_waiting() == 2
    assert [letter["To"] for letter in read(letters)] == ["alice@example.test"]


def test_a_new_password_is_mailed_in_the_persons_language_or_the_pages(
    client: Client, letters: Path, world: World
) -> None:
    people.choose_language(world.bob, "en")
    for who in ("alice@example.test", "bob@example.test"):
        client.post("/accounts/password/reset/", {"email": who}, headers={"Accept-Language": "zh-hans"})
    password_mail.send_waiting()
    chinese = {letter["To"]: bool(re.search(r"[\u4e00-\u9fff]", text(letter))) for letter in read(letters)}
    assert chinese == {"alice@example.test": True, "bob@example.test": False}


def test_a_mail_server_that_is_away_fails_no_page_and_is_logged(
    client: Client, settings: Any, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    mailed_to(settings)
    for who in ("alice@example.test", "bob@example.test"):
        assert client.post("/accounts/password/reset/", {"email": who})["Location"] == "/accounts/password/reset/done/"
    assert password_mail.send_waiting() == 1
    assert "The mail server took 0 of 1 messages" in caplog.text
    assert [one.user for one in PasswordMail.objects.all()] == [world.bob]  # waits for the next run


def test_maintenance_mails_what_a_lost_notification_has_left(client: Client, letters: Path, world: World) -> None:
    client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    assert maintain()["links to new passwords mailed"] == 0  # too fresh
    assert maintain(leave_fresh=False)["links to new passwords mailed"] == 1
    assert [letter["To"] for letter in read(letters)] == ["alice@example.test"]


def test_a_worker_is_notified(
    client: Client, letters: Path, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as notified:
        client.post("/accounts/password/reset/", {"email": "alice@example.test"})
    assert len(notified) == 1
    mail_passwords()
    assert len(read(letters)) == 1


def test_an_invitation_is_mailed_in_its_language(letters: Path, world: World) -> None:
    (link,) = invitations.invite(["mei@example.test"], role="moderator", language="zh-hans", by=world.dave)
    assert not invitation_mail.send([(link.invitation, f"https://review.example/accounts/invitation/{link.token}/")])
    (letter,) = read(letters)
    assert letter["To"] == "mei@example.test"
    assert link.token in text(letter)
    assert re.search(r"[\u4e00-\u9fff]", text(letter))


def test_a_mail_server_that_is_away_loses_no_invitation(settings: Any, world: World) -> None:
    mailed_to(settings)
    (link,) = invitations.invite(["mei@example.test"], role="moderator", by=world.dave)
    assert invitation_mail.send([(link.invitation, "https://review.example/x")]) == [link.invitation]


def test_many_invitations_take_one_connection_and_stop_at_the_first_that_fails(
    admin: Client, settings: Any, world: World
) -> None:
    server = Takes(2)
    controller = Controller(server, hostname="127.0.0.1", port=mailed_to(settings))
    controller.start()
    try:
        sent = {"emails": "\n".join(f"p{n}@example.test" for n in range(4)), "role": "moderator", "days": 3}
        page = admin.post("/manage/people/invite", sent).content.decode()
    finally:
        controller.stop()
    assert (server.connections, server.asked) == (1, 3)
    assert len(set(re.findall(r"http://testserver/accounts/invitation/[\w-]+/", page))) == 4  # none is lost
    assert "2 links were mailed as well" in page
    assert re.search(r"send these links yourself: p2@example\.test, p3@example\.test\.", page)


class Takes:
    """A mail server that takes so many messages and refuses the next."""

    def __init__(self, number: int) -> None:
        self.number, self.connections, self.asked = number, 0, 0

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, name: str, answers: list[str]) -> list[str]:
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.asked += 1
        return "250 fine" if self.asked <= self.number else "451 not now"


def test_without_a_mail_server_no_page_offers_it(client: Client, world: World) -> None:
    assert "Forgot your password?" not in client.get("/accounts/login/").content.decode()
    assert client.get("/accounts/password/reset/").status_code == 404
