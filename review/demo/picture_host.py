"""The customer's picture host, played by a small HTTP server on loopback."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any
from urllib.parse import unquote, urlsplit

from review.demo.bodies import DemoCase

_PREFIX = "/pictures/"


def saved(cases: Iterable[DemoCase], folder: Path) -> Iterator[DemoCase]:
    """Pass the cases on, each after its picture lies in the folder: posted at once, it can be fetched at once."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        if case.picture:
            whole = folder / case.path
            part = whole.with_name(f"{whole.name}.part")
            part.write_bytes(case.picture)
            part.replace(whole)
        yield case


class PictureHost:
    """Serves `<base_url>/pictures/<name>` from a folder, until it is closed; use it in a `with` block.

    A name that is not a file directly in the folder is a 404. Answers carry an ETag and honour `If-None-Match`.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        self._server = _Server(folder, port)
        self._thread = Thread(target=self._server.serve_forever, name="picture-host", daemon=True)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> PictureHost:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        super().__init__(("127.0.0.1", port), _Handler)

    def picture(self, target: str) -> Path | None:
        """The file a request's target means, or None."""
        path = unquote(urlsplit(target).path)
        name = path.removeprefix(_PREFIX)
        if not path.startswith(_PREFIX) or name != Path(name).name or name.startswith(".") or "\0" in name:
            return None
        file = self.folder / name
        return file if file.is_file() else None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """The demo's terminal is for people."""

    def _answer(self, *, with_body: bool) -> None:
        file = self.server.picture(self.path)
        content = file.read_bytes() if file else b"No picture here: it was never posted, or has been deleted.\n"
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        status = HTTPStatus.OK if file else HTTPStatus.NOT_FOUND
        if file and self.headers.get("If-None-Match") == etag:
            status, content = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        self.send_header("Content-Type", _content_type(file))
        self.send_header("Content-Length", str(len(content)))
        if file:
            self.send_header("ETag", etag)
        self.end_headers()
        if with_body:
            self.wfile.write(content)


def _content_type(file: Path | None) -> str:
    if file is None:
        return "text/plain; charset=utf-8"
    return mimetypes.guess_type(file.name)[0] or f"image/{file.suffix[1:]}"
