"""The customer's side on loopback: serves pictures, and keeps every webhook it receives."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Webhook:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Customer:
    """`pictures` by path; `replies` are statuses for the next webhooks, 200 when none is left."""

    url: str = ""
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    received: list[Webhook] = field(default_factory=list)
    replies: list[int] = field(default_factory=list)
    reply_body: bytes = b"{}"
    reply_headers: dict[str, str] = field(default_factory=dict)
    slow_seconds: float = 0.0  # before each reply to a webhook

    def serve(self, path: str, content: bytes, content_type: str = "image/jpeg") -> str:
        """Serve a picture; returns its address."""
        self.pictures[path] = (content, content_type)
        return f"{self.url}{path}"


@contextmanager
def customer() -> Iterator[Customer]:
    state = Customer()
    server = _Server(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    request_queue_size = 128


def _handler(state: Customer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.asked.append(self.path)
            content, content_type = state.pictures.get(self.path, (b"", ""))
            onward = state.redirects.get(self.path)
            self.send_response(302 if onward else 200 if content_type else 404)
            if onward:
                self.send_header("Location", onward)
            self.send_header("Content-Type", content_type or "text/plain")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            state.received.append(Webhook(self.path, headers, body))
            time.sleep(state.slow_seconds)
            self.send_response(state.replies.pop(0) if state.replies else 200)
            for name, value in state.reply_headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(state.reply_body)))
            self.end_headers()
            self.wfile.write(state.reply_body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler
