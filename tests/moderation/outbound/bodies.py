"""Answers that mean harm, and a worker of its own to measure what each costs the one who asked."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moderation.outbound.limits import Limits
from tests.moderation.outbound.servers import Answer, reply, replying, serving, stopping, streaming

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MIB = 1024 * 1024

_WORKER = """
import json, resource, sys, time
from ipaddress import ip_network
from moderation.outbound.client import fetch_picture
from moderation.outbound.errors import OutboundError
from moderation.outbound.limits import Limits
from moderation.outbound.transport import tls_context

def peak():  # of this process alone; the kernel's figure in getrusage begins with the parent's
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024

url, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
allowed = (ip_network("127.0.0.1/32"),)
tls_context(verify=True)
try:
    fetch_picture("http://127.0.0.1:9/", allowed=allowed, limits=limits)  # what is loaded once is no answer's cost
except OutboundError:
    pass
before, started = peak(), time.monotonic()
try:
    ended = len(fetch_picture(url, allowed=allowed, limits=limits).body)
except OutboundError as error:
    ended = type(error).__name__
print(json.dumps([ended, peak() - before, time.monotonic() - started]))
"""


@dataclass(frozen=True)
class Cost:
    """How the fetch ended (bytes, or the error's name), what the worker grew by at its peak, how long it took."""

    ended: int | str
    grown_bytes: int
    seconds: float


@cache
def bomb(inflated: int) -> bytes:
    return gzip.compress(bytes(inflated), 9)


BODIES: dict[str, tuple[Callable[[], Answer], int | str]] = {
    "endless": (lambda: streaming(OK + b"\r\n", bytes(65536)), "TooLarge"),
    "endless in chunks": (lambda: streaming(CHUNKED, b"10000\r\n" + bytes(65536) + b"\r\n"), "TooLarge"),
    "endless in chunks of a byte": (lambda: streaming(CHUNKED, b"1\r\nx\r\n" * 10_000), "TooLarge or TimedOut"),
    "one chunk of a terabyte": (lambda: streaming(CHUNKED + b"10000000000\r\n", bytes(65536)), "TooLarge"),
    "a gigabyte as announced": (
        lambda: streaming(OK + b"Content-Length: 1073741824\r\n\r\n", bytes(65536)),
        "TooLarge",
    ),
    "more than was announced": (
        lambda: streaming(OK + b"Content-Length: 10\r\n\r\n", bytes(65536)),
        "10 or BrokenReply",
    ),
    "less than was announced": (lambda: replying(OK + b"Content-Length: 9999\r\n\r\nshort"), "BrokenReply"),
    "an announcement below zero": (lambda: replying(OK + b"Content-Length: -1\r\n\r\nx"), "BrokenReply"),
    "an announcement of 400 digits": (
        lambda: streaming(OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n", bytes(65536)),
        "TooLarge or BrokenReply",
    ),
    "headers without end": (lambda: streaming(OK, b"X-More: " + b"y" * 4000 + b"\r\n"), "BrokenReply or TimedOut"),
    "one header without end": (lambda: streaming(OK + b"X: ", b"y" * 65536), "BrokenReply"),
    "a byte a moment": (lambda: streaming(OK + b"\r\n", b"x", pause_seconds=0.5), "TimedOut"),
    "silence": (lambda: stopping(b""), "TimedOut"),
    "silence in the middle": (lambda: stopping(OK + b"Content-Length: 99\r\n\r\n", b"half"), "TimedOut"),
    "as large as may be": (lambda: replying(reply(bytes(30 * MIB))), 30 * MIB),
    "a gzip bomb of a gigabyte": (
        lambda: replying(reply(bomb(1024 * MIB), "Content-Encoding: gzip")),
        len(bomb(1024 * MIB)),
    ),
}
"""By name: who answers, and how the fetch has to end. A body that is compressed is never inflated."""


def cost_of(name: str, limits: Limits) -> Cost:
    """In a worker of its own."""
    with serving(BODIES[name][0]()) as server:
        argv = [sys.executable, "-c", _WORKER, server.url(), json.dumps(vars(limits))]
        root = Path(__file__).resolve().parents[3]
        answer = subprocess.run(argv, cwd=root, capture_output=True, check=True, text=True)
    ended, grown, seconds = json.loads(answer.stdout)
    return Cost(ended, grown, seconds)
