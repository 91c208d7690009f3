"""`python -m tests.faults.actors.receiver FOLDER`: a customer that checks every signature and forgets nothing.

What it saw is on disk before it answers. How it answers is told in a file: well, slowly, with lies, or not at all.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.faults.actors.receipts import Receipts
from tests.faults.options import Run, read_run

WELL, DOWN, SLOW, ERROR, REDIRECT, CUT = "well", "down", "slow", "500", "redirect", "cut"
ACCEPTED = (WELL, SLOW, CUT)
"""Ways to answer after which the product may take a webhook for delivered: the status was a 2xx."""
SLOW_SECONDS = 4.0


def facts(body: bytes) -> dict[str, Any]:
    """What the checks compare, of a webhook's body."""
    event = json.loads(body)
    data = event["data"]
    review = data.get("review") or {}
    return {
        "type": event["type"],
        "requestId": data["requestId"],
        "riskLevel": data["riskLevel"],
        "revision": review.get("revision", 0),
        "decisionId": review.get("decisionId"),
    }


class Receiver(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def __init__(self, run: Run) -> None:
        self.run = run
        self.webhook = Webhook(run.furnished["secret"])
        self.receipts = Receipts(run.places.receipts("receiver"))
        super().__init__(("127.0.0.1", run.places.ports["receiver"]), Handler)

    def mode(self) -> str:
        try:
            return str(json.loads(self.run.places.receiver_mode.read_text())["mode"])
        except FileNotFoundError:
            return WELL

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Its callers are killed all the time."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Receiver

    def do_POST(self) -> None:
        mode = self.server.mode()
        if mode == DOWN:
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._keep(body, mode)
        self._answer(mode)

    def _keep(self, body: bytes, mode: str) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        told: dict[str, Any] = {"id": headers.get("webhook-id"), "mode": mode}
        try:
            self.server.webhook.verify(body, headers)
            told |= facts(body) | {"verified": True, "sha256": hashlib.sha256(body).hexdigest()[:16]}
        except (WebhookVerificationError, ValueError, KeyError) as refused:
            told |= {"verified": False, "why": f"{type(refused).__name__}: {refused}"}
        self.server.receipts.write("webhook", **told)

    def _answer(self, mode: str) -> None:
        if mode == SLOW:
            time.sleep(SLOW_SECONDS)
        status = {ERROR: "500 Internal Server Error", REDIRECT: "307 Temporary Redirect"}.get(mode, "200 OK")
        length, content = (1000, b"{") if mode == CUT else (2, b"{}")
        where = f"Location: {self.server.run.places.receiver}/elsewhere\r\n" if mode == REDIRECT else ""
        head = f"HTTP/1.1 {status}\r\n{where}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        self.wfile.write(head.encode() + content)
        self.close_connection = mode != WELL

    def log_message(self, *args: Any) -> None:
        pass


if __name__ == "__main__":
    Receiver(read_run(Path(sys.argv[1]))).serve_forever(poll_interval=0.1)
