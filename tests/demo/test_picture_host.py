"""The picture host, asked over a real socket."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from demo.cases.bodies import DemoCase
from demo.picture_host import PictureRequests, saved
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "secret.txt").write_text("outside")
    folder = tmp_path / "samples"
    kept = list(saved([_case("a.jpg", b"not really a picture"), _case("gone.jpg", b"")], folder))
    assert len(kept) == 2
    handler = type("Requests", (PictureRequests,), {"folder": folder})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _case(path: str, picture: bytes) -> DemoCase:
    return DemoCase(path, {}, {}, picture, "image/jpeg", path)


def _ask(host: str, target: str, method: str = "GET", **headers: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(host, timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def test_a_saved_picture_is_served_with_its_type(host: str) -> None:
    answer, body = _ask(host, "/pictures/a.jpg")
    assert (answer.status, answer.headers["Content-Type"], body) == (200, "image/jpeg", b"not really a picture")


def test_it_is_not_sent_twice_to_one_who_has_it(host: str) -> None:
    etag = _ask(host, "/pictures/a.jpg")[0].headers["ETag"]
    answer, body = _ask(host, "/pictures/a.jpg", If_None_Match=etag)
    assert (answer.status, body) == (304, b"")


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
def test_everything_else_is_not_found(host: str, target: str) -> None:
    assert _ask(host, target)[0].status == 404


def test_a_file_elsewhere_on_the_machine_is_not_found(host: str, tmp_path: Path) -> None:
    assert _ask(host, f"/pictures/{tmp_path / 'secret.txt'}")[0].status == 404
