from __future__ import annotations

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.outbound.errors import UrlRefused
from moderation.outbound.urls import MAX_LENGTH, check_url


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.com",
        "https://hooks.example.com/a%2Fb?x=%2C&who=a@b#".rstrip("#"),
        "https://hooks.example.com:8443/",
        "https://hooks.example.com:443/",
        "https://bücher.example/ü",
        "https://a_b.example/",
        "https://[2606:4700::1111]/",
        "https://93.184.216.34/",
        "HTTPS://EXAMPLE.COM/",
    ],
)
def test_an_ordinary_url_passes(url: str) -> None:
    assert check_url(url).scheme == "https"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://a.example/", "start with https://"),
        ("ftp://a.example/", "start with https://"),
        ("file:///etc/passwd", "start with https://"),
        ("gopher://a.example/", "start with https://"),
        ("//a.example/", "start with https://"),
        ("a.example", "start with https://"),
        ("", "start with https://"),
        ("https://", "no host"),
        ("https:///path", "no host"),
        ("https://me@a.example/", "user name"),
        ("https://me:secret@a.example/", "user name"),
        ("https://@a.example/", "user name"),
        ("https://a.example/#part", "fragment"),
        ("https://a.example/#", "fragment"),
        ("https://a.example:22/", "port 22"),
        ("https://a.example:0/", "port 0"),
        ("https://a.example:99999/", "99999"),
        ("https://a.example:8o/", "not a URL"),
        ("https://a.example/\r\nX: y", r"'\\r'"),
        ("https://a.example/\n", r"'\\n'"),
        ("https://a.example/\x00", r"'\\x00'"),
        ("https://a.example/\x85", r"'\\x85'"),
        ("https://a.example/\u2028", r"'\\u2028'"),
        ("https://a.example/\u200b", r"'\\u200b'"),
        ("https://a.example/\ud800", r"'\\ud800'"),
        ("https://a.example/a b", "' '"),
        (" https://a.example/", "' '"),
        ("https://a.example\\@b.example/", r"'\\\\'"),
        ("https://a%2eexample/", "not a host name"),
        ("https://%31%32%37.0.0.1/", "not a host name"),
        ("https://a<b/", "not a host name"),
        ("https://[::1%25lo]/", "not a host name"),
        ("https://[::1/", "not a URL"),
        ("https://①②⑦.0.0.1/", "not a URL"),
        ("https://a.example/" + "x" * MAX_LENGTH, "2,066 characters"),
    ],
)
def test_a_url_that_breaks_a_rule_is_refused_with_the_rule(url: str, why: str) -> None:
    with pytest.raises(UrlRefused, match=why) as refused:
        check_url(url)
    assert str(refused.value).isprintable()


def test_the_length_is_counted_to_the_last_character() -> None:
    stem = "https://a.example/"
    check_url(stem + "x" * (MAX_LENGTH - len(stem)))
    with pytest.raises(UrlRefused):
        check_url(stem + "x" * (MAX_LENGTH - len(stem) + 1))


def test_schemes_and_ports_can_be_opened() -> None:
    check_url("http://127.0.0.1:41234/", schemes=("http",), allowed_ports=None)
    check_url("http://127.0.0.1:41234/", schemes=("http",), allowed_ports=(41234,))
    for port in (0, 65536):
        with pytest.raises(UrlRefused, match="use 1 to 65535"):
            check_url(f"http://127.0.0.1:{port}/", schemes=("http",), allowed_ports=None)


@given(st.text() | st.text("htps:/@[]%#?.0123456789abx\\ \u3002", max_size=30).map("https://".__add__))
@example("https://[")
@example("https://a.example:１")
@example("https://xn--/")
def test_any_text_is_a_url_or_refused(text: str) -> None:
    with contextlib.suppress(UrlRefused):
        assert check_url(text).host
