"""The demo's customer: serves the pictures that were "uploaded" there, receives our webhooks, checks each signature
with the public `standardwebhooks` package, and shows on a page what arrived.

Run: `python -m review.demo.customer FOLDER PORT`.
"""

from __future__ import annotations

import json
import mimetypes
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from review.demo import credentials
from review.demo.customer_page import page

MAX_BODY_BYTES = 1024 * 1024
SHOWN = 200


class Inbox:
    """What arrived, kept in a file of JSON lines so that a restart forgets nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "received.jsonl"
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep the webhook with what the check of its signature said. True when it is genuine."""
        secret = credentials.read_or_create(self._folder).webhook_secret
        why = _check(secret, headers, body)
        line = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "id": headers.get("webhook-id", ""),
            "verified": not why,
            "why": why,
            "body": body.decode("utf-8", "replace"),
        }
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        return not why

    def newest(self) -> list[dict[str, Any]]:
        if not self._path.exists():
            return []
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in reversed(lines[-SHOWN:])]


def _check(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """Why the signature does not hold; empty when it does."""
    try:
        Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    except (WebhookVerificationError, ValueError, IndexError) as wrong:
        return str(wrong) or type(wrong).__name__
    return ""


class Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    inbox: Inbox
    samples: Path

    def do_GET(self) -> None:
        if self.path == "/":
            self._answer(200, page(self.inbox.newest()).encode(), "text/html; charset=utf-8")
        elif self.path == "/healthz":
            self._answer(200, b"alive")
        else:
            self._picture(self.path.removeprefix("/pictures/"))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/hook" or length > MAX_BODY_BYTES:
            self._answer(404, b"nothing here")
            return
        genuine = self.inbox.take(dict(self.headers.items()), self.rfile.read(length))
        self._answer(200 if genuine else 400, b'{"code":1100}' if genuine else b"the signature does not hold")

    def _picture(self, name: str) -> None:
        path = self.samples / name
        if path.parent != self.samples or not path.is_file():
            self._answer(404, b"no such picture")
            return
        self._answer(200, path.read_bytes(), mimetypes.guess_type(name)[0] or "application/octet-stream")

    def _answer(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Quiet: the page shows what matters."""


def serve(folder: Path, port: int) -> None:
    handler = type("DemoRequests", (Requests,), {"inbox": Inbox(folder), "samples": folder / "samples"})
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
