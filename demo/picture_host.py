"""The customer's picture host: pictures in a folder, served by name."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from demo.cases.bodies import DemoCase

_PREFIX = "/pictures/"


def saved(cases: Iterable[DemoCase], folder: Path) -> Iterator[DemoCase]:
    """Yield each case after saving its picture, so that a case posted at once can be fetched at once."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases:
        if case.picture:
            whole = folder / case.path
            part = whole.with_name(f"{whole.name}.part")
            part.write_bytes(case.picture)
            part.replace(whole)
        yield case


class PictureRequests(BaseHTTPRequestHandler):
    """Serves `GET /pictures/<name>` from `folder`; a name that is not a file directly in it is a 404.

    Answers carry an ETag and honour `If-None-Match`. Set `folder` on a subclass.
    """

    protocol_version = "HTTP/1.1"
    timeout = 30
    folder: Path

    def do_GET(self) -> None:
        file = picture_at(self.path, self.folder)
        content = file.read_bytes() if file else b"No picture here: it was never posted, or has been deleted.\n"
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        if file and self.headers.get("If-None-Match") == etag:
            self.answer(HTTPStatus.NOT_MODIFIED, b"", _content_type(file), ETag=etag)
        elif file:
            self.answer(HTTPStatus.OK, content, _content_type(file), ETag=etag)
        else:
            self.answer(HTTPStatus.NOT_FOUND, content)

    def answer(
        self, status: int, content: bytes, content_type: str = "text/plain; charset=utf-8", **headers: str
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Log nothing: the demo's terminal is for people."""


def picture_at(target: str, folder: Path) -> Path | None:
    """The file for a request's target, or None."""
    path = unquote(urlsplit(target).path)
    name = path.removeprefix(_PREFIX)
    if not path.startswith(_PREFIX) or name != Path(name).name or name.startswith(".") or "\0" in name:
        return None
    file = folder / name
    return file if file.is_file() else None


def _content_type(file: Path) -> str:
    return mimetypes.guess_type(file.name)[0] or f"image/{file.suffix[1:]}"
