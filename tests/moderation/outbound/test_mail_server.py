"""The mail server is greeted, and nothing is sent; whatever it does, two seconds are enough."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from moderation.outbound import mail_server
from review.installation.findings import State
from review.installation.mail import mail


class MailServer:
    """Answers each line by its first word; a word without an answer is left waiting."""

    def __init__(self, answers: dict[str, str]) -> None:
        self.answers, self.said = answers, list[str]()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                opened, _ = self._socket.accept()
            except OSError:
                return
            with opened, opened.makefile("rb") as lines:
                self._say(opened, "")
                for line in lines:
                    word = line.split()[0].decode().upper()
                    self.said.append(word)
                    self._say(opened, word)

    def _say(self, opened: socket.socket, word: str) -> None:
        if word in self.answers:
            opened.sendall(self.answers[word].encode() + b"\r\n")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def serve(settings: Any) -> Iterator[Any]:
    made: list[MailServer] = []

    def start(**changes: str) -> MailServer:
        usual = {"": "220 here", "EHLO": "250 hello", "NOOP": "250 fine", "QUIT": "221 bye"}
        made.append(MailServer({**usual, **changes}))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_URL = "smtp://mail"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made[-1].port
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_a_server_that_answers_is_asked_for_nothing(serve: Any) -> None:
    server = serve()
    assert mail_server.greet() == ""
    assert "NOOP" in server.said
    assert not {"MAIL", "RCPT", "DATA"} & set(server.said)
    assert mail(None).state == State.OK


def test_a_server_that_refuses_is_told(serve: Any) -> None:
    serve(NOOP="451 not now")
    assert mail_server.greet() == "its answer is 451"
    assert mail(None).state == State.BROKEN


def test_a_server_that_says_nothing_costs_two_seconds(serve: Any) -> None:
    serve(EHLO="250 hello", NOOP="")
    server = serve()
    server.answers.pop("")
    began = time.monotonic()
    assert mail_server.greet()
    assert time.monotonic() - began < mail_server.SECONDS + 1


def test_nobody_listens(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_URL, settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp://mail", "127.0.0.1", 9
    assert "refused" in mail_server.greet()


def test_without_a_server_it_says_so(settings: Any) -> None:
    settings.EMAIL_URL = ""
    assert mail(None).state == State.ATTENTION
