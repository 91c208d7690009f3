"""EMAIL_URL, read."""

from __future__ import annotations

import pytest
from environs import EnvError

from moderation.runtime.mail import mail_settings


def test_each_part_is_read() -> None:
    read = mail_settings("smtp://me%40example.com:p%2Fw@mail.example.com")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == ("me@example.com", "p/w")
    assert (read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (True, False)


def test_tls_from_the_first_byte() -> None:
    read = mail_settings("smtps://mail.example.com")
    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (465, False, True)


def test_in_clear_only_where_it_says_so() -> None:
    assert not mail_settings("smtp://127.0.0.1:2525?tls=none")["EMAIL_USE_TLS"]


@pytest.mark.parametrize(
    "url",
    [
        *("mail.example.com", "http://mail.example.com", "smtp://", "smtp://a?tls=maybe"),
        *("smtp://a:mail", "smtp://a:99999", "smtp://a:0", "smtp://[a"),  # a port, and a host, that are none
        *("smtps://a?tls=none", "smtps://a?tls=starttls", "smtp://a?ssl=none"),  # what would count for nothing
    ],
)
def test_anything_else_stops_the_start(url: str) -> None:
    with pytest.raises(EnvError, match="EMAIL_URL"):
        mail_settings(url)


def test_nothing_is_sent_without_it() -> None:
    assert mail_settings("")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
