"""`python -m tests.faults.actors.picture_host PORT`: serves a picture of its own for every path."""

from __future__ import annotations

import io
import random
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image


def picture(path: str) -> bytes:
    """Small, and no two alike."""
    chance = random.Random(path)
    drawn = Image.frombytes("RGB", (8, 8), chance.randbytes(192)).resize((64, 64), Image.Resampling.BICUBIC)
    file = io.BytesIO()
    drawn.save(file, "JPEG")
    return file.getvalue()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        content = picture(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
