"""Backends that post as fast as they are answered, each on one persistent connection."""

from __future__ import annotations

import http.client
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import urlsplit


def per_second(url: str, bodies: Sequence[bytes], *, headers: dict[str, str], senders: int, expect: int) -> float:
    """Answers per second, by the wall clock."""
    shares = [bodies[n::senders] for n in range(senders)]
    started = time.perf_counter()
    with ThreadPoolExecutor(senders) as threads:
        list(threads.map(partial(_post_all, url, headers=headers, expect=expect), shares))
    return len(bodies) / (time.perf_counter() - started)


def _post_all(url: str, bodies: Sequence[bytes], *, headers: dict[str, str], expect: int) -> None:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    for body in bodies:
        connection.request("POST", address.path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == expect, told[:500]
    connection.close()
