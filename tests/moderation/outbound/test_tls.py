from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from moderation.outbound.errors import CannotConnect
from moderation.outbound.transport import tls_context
from tests.moderation.outbound.calls import post
from tests.moderation.outbound.certificates import self_signed, server_context
from tests.moderation.outbound.servers import Server, reply, replying, serving

Names = Callable[..., list[str]]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: Path, names: Names) -> ssl.SSLContext:
    names(["127.0.0.1"])
    return server_context(certificate)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls_context.cache_clear()
    yield
    tls_context.cache_clear()


def url(server: Server, host: str) -> str:
    return server.url(host=host, scheme="https")


def test_the_server_hears_and_proves_the_hosts_name_not_its_address(tls: ssl.SSLContext, trusted: None) -> None:
    with serving(replying(reply(b"ok")), tls=tls) as server:
        assert post(url(server, "hooks.test")).body == b"ok"
    assert server.server_names == ["hooks.test"]
    assert f"\r\nhost: hooks.test:{server.port}\r\n" in server.requests[0]


@pytest.mark.parametrize("host", ["other.test", "127.0.0.1"])
def test_a_certificate_for_another_name_is_not_accepted(host: str, tls: ssl.SSLContext, trusted: None) -> None:
    with serving(replying(reply()), tls=tls) as server:
        with pytest.raises(CannotConnect, match=rf"no secure connection to {host}: .*match") as failed:
            post(url(server, host))
        assert server.requests == []
    assert not failed.value.retry


def test_a_certificate_nobody_vouches_for_is_not_accepted(tls: ssl.SSLContext) -> None:
    with serving(replying(reply()), tls=tls) as server:
        with pytest.raises(CannotConnect, match="self-signed"):
            post(url(server, "hooks.test"))
        assert server.requests == []


@pytest.mark.parametrize("host", ["hooks.test", "other.test"])
def test_verification_can_be_waived(host: str, tls: ssl.SSLContext) -> None:
    with serving(replying(reply(b"ok")), tls=tls) as server:
        assert post(url(server, host), verify=False).body == b"ok"
    assert server.server_names == [host]


def test_a_server_without_tls_is_no_secure_connection(names: Names) -> None:
    names(["127.0.0.1"])
    with serving(replying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as server, pytest.raises(CannotConnect):
        post(url(server, "hooks.test"))
