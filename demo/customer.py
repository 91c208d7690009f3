"""The demo's customer: serves the pictures that were "uploaded" there, receives our webhooks, checks each signature
with the public `standardwebhooks` package, and shows on a page what arrived.

Run: `python -m demo.customer FOLDER PORT`.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from demo import credentials
from demo.customer_page import page
from demo.picture_host import PictureRequests

MAX_BODY_BYTES = 1024 * 1024
SHOWN = 200


class Inbox:
    """The received webhooks, stored in a file of JSON lines so that they survive a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "received.jsonl"
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Store the webhook with the result of its signature check. True when the signature is valid."""
        why = _check(credentials.webhook_secret(self._folder), headers, body)
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
    """Why the signature is invalid; empty when it is valid."""
    try:
        Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    except (WebhookVerificationError, ValueError, IndexError) as wrong:
        return str(wrong) or type(wrong).__name__
    return ""


class CustomerRequests(PictureRequests):
    inbox: Inbox

    def do_GET(self) -> None:
        if self.path == "/":
            self.answer(200, page(self.inbox.newest()).encode(), "text/html; charset=utf-8")
        elif self.path == "/healthz":
            self.answer(200, b"alive")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != "/hook" or length > MAX_BODY_BYTES:
            self.answer(404, b"Webhooks arrive at /hook.")
            return
        genuine = self.inbox.take(dict(self.headers.items()), self.rfile.read(length))
        self.answer(200 if genuine else 400, b'{"code":1100}' if genuine else b"The signature does not hold.")


class CustomerServer(ThreadingHTTPServer):
    request_queue_size = 128  # five by default, and sixteen webhooks come at once


def serve(folder: Path, port: int) -> None:
    handler = type("Requests", (CustomerRequests,), {"inbox": Inbox(folder), "folder": folder / "samples"})
    with CustomerServer(("127.0.0.1", port), handler) as server:
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
