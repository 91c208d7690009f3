"""`manage.py receive_webhooks`: a small receiver to try an endpoint with. It verifies, prints, and answers as asked."""

from __future__ import annotations

import json
import os
import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from standardwebhooks import Webhook, WebhookVerificationError

MAX_BODY_BYTES = 16 * 1024 * 1024
SLOW_SECONDS = 30  # longer than we wait for an answer

Write = Callable[[str], object]


class Command(BaseCommand):
    help = (
        "Receive webhooks on this machine, verify their signatures and print them. "
        "Endpoints may name it when OUTBOUND_ALLOWED_NETWORKS allows 127.0.0.0/8."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s: this machine alone)")
        parser.add_argument("--port", type=int, default=8500, help="%(default)s; 0 for any free one")
        parser.add_argument(
            "--secret",
            default=os.environ.get("WEBHOOK_SECRET", ""),
            help="whsec_…, or WEBHOOK_SECRET in the environment, where other users do not see it",
        )
        parser.add_argument(
            "--form",
            choices=["standard", "v4", "combined", "plain"],
            default="standard",
            help='the endpoint\'s body form: plain is answered with {"code": 1100}',
        )
        parser.add_argument(
            "--answer",
            choices=["ok", "500", "401", "slow"],
            default="ok",
            help=f"how to answer what is signed well: 500, 401, or only after {SLOW_SECONDS} s",
        )

    def handle(self, *args: Any, host: str, port: int, secret: str, form: str, answer: str, **options: Any) -> None:
        if not secret:
            raise CommandError("Give the endpoint's secret as WEBHOOK_SECRET or with --secret.")
        try:
            verifier = Webhook(secret)
        except Exception as error:  # not base64, or empty
            raise CommandError("This is not a signing secret: it starts with whsec_.") from error
        replies = Replies(verifier, form=form, answer=answer)
        with serving(host, port, replies, write=self.stdout.write) as server:
            self.stdout.write(f"Listening at http://{host}:{server.server_port}/ (Ctrl-C ends it)")
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("Ended.")


class Replies:
    """What a webhook is answered with. Ids that came before are told as repeats."""

    def __init__(self, verifier: Webhook, *, form: str, answer: str) -> None:
        self._verifier, self._form, self._answer = verifier, form, answer
        self._seen: set[str] = set()

    def to(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, list[str]]:
        """The status and body to answer with, and lines to print."""
        webhook_id = headers.get("webhook-id", "")
        if why := self._wrong(headers, body):
            return 401, b"The signature does not hold.", [f"✕ {webhook_id or 'without an id'}: {why}"]
        heading = f"{'↻ again' if webhook_id in self._seen else '✓'} {webhook_id}: {_kind(body)}"
        self._seen.add(webhook_id)
        lines = [heading, _pretty(body)]
        match self._answer:
            case "500" | "401":
                return int(self._answer), b"As asked on the command line.", [*lines, f"answered {self._answer}"]
            case "slow":
                time.sleep(SLOW_SECONDS)
        return 200, b'{"code": 1100}' if self._form == "plain" else b"", lines

    def _wrong(self, headers: Mapping[str, str], body: bytes) -> str:
        """Why the signature is refused; "" when it holds."""
        try:
            self._verifier.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError, IndexError, RecursionError) as error:
            return str(error) or type(error).__name__
        return ""


def serving(host: str, port: int, replies: Replies, *, write: Write) -> ThreadingHTTPServer:
    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "0")
            if not length.isdigit() or int(length) > MAX_BODY_BYTES:
                self.send_error(413)
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body, lines = replies.to(headers, self.rfile.read(int(length)))
            write(_printable("\n".join(lines)))
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if body.startswith(b"{") else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return ThreadingHTTPServer((host, port), Requests)


def _kind(body: bytes) -> str:
    """The event's type, or that of the bare result."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return "not JSON"
    if not isinstance(told, dict):
        return "JSON, but no object"
    return str(told.get("type") or told.get("requestId") or "a result")


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _printable(text: str) -> str:
    """A terminal obeys escape sequences; a webhook gives it no orders."""
    return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)
