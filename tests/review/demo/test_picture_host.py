"""The picture host, asked over a real socket."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from review.demo.bodies import DemoCase
from review.demo.picture_host import PictureHost, saved


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PictureHost]:
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "samples"
    kept = list(saved([_case("a.jpg", b"not really a picture"), _case("gone.jpg", b"")], folder))
    assert len(kept) == 2
    with PictureHost(folder) as serving:
        yield serving


def _case(path: str, picture: bytes) -> DemoCase:
    return DemoCase(path, {}, {}, picture, "image/jpeg", path)


def _ask(
    host: PictureHost, target: str, method: str = "GET", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(urlsplit(host.base_url).netloc, timeout=5)
    try:
        connection.request(
            method, target, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_saved_picture_is_served_with_its_type(host: PictureHost) -> None:
    answer, body = _ask(host, "/pictures/a.jpg")
    assert (answer.status, answer.headers["Content-Type"], body) == (200, "image/jpeg", b"not really a picture")


def test_it_is_not_sent_twice_to_one_who_has_it(host: PictureHost) -> None:
    etag = _ask(host, "/pictures/a.jpg")[0].headers["ETag"]
    answer, body = _ask(host, "/pictures/a.jpg", If_None_Match=etag)
    assert (answer.status, body) == (304, b"")


def test_a_head_request_tells_the_length_and_sends_nothing(host: PictureHost) -> None:
    answer, body = _ask(host, "/pictures/a.jpg", "HEAD")
    assert (answer.status, answer.headers["Content-Length"], body) == (200, "20", b"")


@pytest.mark.parametrize(
    "target",
    [
        "/pictures/gone.jpg",
        "/pictures/",
        "/",
        "/pictures/../secret.txt",
        "/pictures/%2e%2e%2fsecret.txt",
        "/pictures/%00",
    ],
)
def test_everything_else_is_not_found(host: PictureHost, target: str) -> None:
    assert _ask(host, target)[0].status == 404


def test_a_file_elsewhere_on_the_machine_is_not_found(host: PictureHost, tmp_path: Path) -> None:
    assert _ask(host, f"/pictures/{tmp_path / 'secret.txt'}")[0].status == 404


def test_it_listens_on_loopback_only(host: PictureHost) -> None:
    assert host.base_url.startswith("http://127.0.0.1:")


def test_a_restarted_host_serves_what_was_saved_before(host: PictureHost, tmp_path: Path) -> None:
    with PictureHost(tmp_path / "samples") as again:
        assert _ask(again, "/pictures/a.jpg")[0].status == 200
